// SPDX-License-Identifier: MIT
// The base of both elements: a shadow root with the style sheet, rendered again after each change.
import css from "./elements.css";
import { tally } from "./tally.js";

// On a server, where pages are rendered without a DOM, the module can still be imported.
const Base = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

let sheet: CSSStyleSheet | undefined;

export abstract class Shadow extends Base {
  protected readonly root = this.attachShadow({ mode: "open" });
  #end: (() => void) | undefined;

  protected abstract render(): void;

  connectedCallback(): void {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    this.root.adoptedStyleSheets = [sheet];
    this.#end = tally.watch(() => this.render());
    this.render();
  }

  disconnectedCallback(): void {
    this.#end?.();
  }
}
