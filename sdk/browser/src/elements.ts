// SPDX-License-Identifier: MIT
// The custom elements.
import { Banner } from "./banner.js";
import { Toggle } from "./toggle.js";

globalThis.customElements?.define("tallymark-banner", Banner);
globalThis.customElements?.define("tallymark-toggle", Toggle);
