// SPDX-License-Identifier: MIT
// Runs before the page is painted, so that the other theme does not flash first.
import { restoreTheme } from "./choice";

restoreTheme();
