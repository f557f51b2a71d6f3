// SPDX-License-Identifier: MIT
// `<tallymark-toggle>`: a switch for a settings page. It is on while something may be recorded or sent, and says why if
// not.
import { build } from "./build.js";
import { noticeOf } from "./notice.js";
import { fixed, full, off, on } from "./reasons.js";
import { Shadow } from "./shadow.js";
import { tally } from "./tally.js";

export class Toggle extends Shadow {
  readonly #note = build("div", { id: "note" });
  readonly #control = build(
    "button",
    { type: "button", role: "switch", onclick: () => this.#press() },
    "Share anonymous usage data",
    build("s", {}),
  );

  constructor() {
    super();
    this.#control.setAttribute("aria-describedby", "note");
    this.root.append(this.#control, this.#note);
  }

  protected override render(): void {
    const { why, settings } = tally;
    const reason = why && fixed[why];
    const text = reason ?? (!why ? on : why === "full" ? full : off);
    this.#control.ariaChecked = `${text === on || text === full}`;
    this.#control.ariaDisabled = `${!!reason || why === "starting"}`;
    if (why === "starting") return;
    this.#note.replaceChildren(
      build("p", {}, text),
      // A person agrees to what is shown here.
      ...(text === off ? noticeOf(settings) : []),
    );
  }

  #press(): void {
    this.#note.ariaLive = "polite"; // from now on: not while the page loads
    // A person changes what is shown, even if another page has changed it meanwhile.
    if (this.#control.ariaChecked === "true") tally.turnOff();
    else tally.turnOn();
  }
}
