// SPDX-License-Identifier: MIT
// Runs before the page is painted, so that a kept theme does not flash up as the other one.
import { restoreTheme } from "./choice";

restoreTheme();
