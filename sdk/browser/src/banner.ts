// SPDX-License-Identifier: MIT
// `<tallymark-banner>`: shows the notice until a person answers. Nothing is recorded before that.
import { build } from "./build.js";
import { noticeOf } from "./notice.js";
import { Shadow } from "./shadow.js";
import { type Allowed, tally } from "./tally.js";

export class Banner extends Shadow {
  // Screen readers announce what is added to a region that was there before.
  readonly #live = build("div", { ariaLive: "polite" });
  #focused: EventTarget | null = null;
  #scope: string | undefined;

  constructor() {
    super();
    this.root.append(this.#live);
    this.addEventListener("focusin", ({ relatedTarget }) => {
      this.#focused = relatedTarget;
    });
  }

  protected override render(): void {
    const { why, settings } = tally;
    const shown = why === "notice" && settings?.on ? settings : undefined;
    if (shown?.scope === this.#scope) return;
    this.#scope = shown?.scope;
    const hadFocus = this.root.activeElement;
    this.#live.replaceChildren(...(shown ? [card(shown)] : []));
    // The focus returns to where it was before the answer.
    if (hadFocus && this.#focused instanceof HTMLElement) this.#focused.focus();
  }
}

function card(settings: Allowed): HTMLElement {
  return build(
    "section",
    { ariaLabel: "Usage data" },
    build("b", {}, build("i", {}), "Anonymous usage data"),
    ...noticeOf(settings),
    build(
      "div",
      {},
      answer("Turn off", tally.turnOff),
      answer("OK", () => tally.turnOn(settings.scope)),
    ),
  );
}

function answer(text: string, onclick: () => void): HTMLElement {
  return build("button", { type: "button", onclick }, text);
}
