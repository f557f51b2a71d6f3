// SPDX-License-Identifier: MIT
// The maintainer's view: the last minute, its events, and the outcome of every event since the first one.
import { byId, element } from "../page/element";
import { counted, grouped } from "../page/words";
import { byEvent, type Live, sum, type Totals, unaccounted } from "./live";
import { Colors, drawMinute } from "./minute";

/** The closed set of spec/wire.md. An unknown reason is shown by its name alone. */
const reasons = new Map([
  ["duplicate", "the batch is already stored"],
  ["unknown-event", "the manifest has no such event"],
  ["unknown-field", "the manifest has no such field in this event"],
  ["bad-value", "the field's type does not allow the value"],
  ["bad-time", "the time is more than two days in the future"],
  ["too-old", "the event is more than 60 days old"],
  ["malformed", "the line is not a valid event of this tool"],
  ["deleted", "the user asked to delete this installation's data"],
]);

export class Board {
  readonly #chart = byId("minute", HTMLElement);
  readonly #events = byId("events", HTMLElement);
  readonly #totals = byId("totals", HTMLElement);
  readonly #drops = byId("drops", HTMLElement);
  readonly #colors = new Colors();
  #shown: Live | undefined;

  constructor() {
    new ResizeObserver(() => this.#draw()).observe(this.#chart);
  }

  show(live: Live): void {
    this.#shown = live;
    this.#draw();
    this.#events.replaceChildren(eventTable(live, this.#colors));
    this.#totals.replaceChildren(...equation(live.totals));
    this.#drops.replaceChildren(...dropTable(live.totals));
  }

  clear(): void {
    this.#shown = undefined;
    for (const part of [this.#chart, this.#events, this.#totals, this.#drops]) part.replaceChildren();
  }

  #draw(): void {
    const width = Math.floor(this.#chart.clientWidth);
    if (this.#shown === undefined || width === 0) return;
    const { seconds } = this.#shown;
    const label = `Events in each of the last ${seconds.length} seconds. The table has the sums.`;
    this.#chart.replaceChildren(drawMinute(seconds, this.#colors, width, label));
  }
}

function eventTable({ seconds }: Live, colors: Colors): HTMLElement {
  const events = byEvent(seconds);
  const row = (name: string, count: number, color: string) =>
    element(
      "tr",
      { "data-row": name },
      element("th", { scope: "row" }, swatch(color), name),
      element("td", {}, grouped(count)),
    );
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element("tr", {}, element("th", { scope: "col" }, "Last minute"), element("th", { scope: "col" }, "Events")),
    ),
    element("tbody", {}, ...[...events].map(([name, count]) => row(name, count, colors.of(name)))),
    element(
      "tfoot",
      {},
      row("all", sum(events.values()), "transparent"),
      row("failures", sum(seconds.map((second) => second.failures)), "var(--bad)"),
    ),
  );
}

function swatch(color: string): HTMLElement {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.background = color;
  return made;
}

function equation(totals: Totals): HTMLElement[] {
  const dropped = sum(totals.dropped.values());
  const difference = unaccounted(totals);
  const terms: readonly (readonly [sign: string, name: string, count: number])[] = [
    ["", "received", totals.received],
    [difference === 0 ? "=" : "≠", "stored", totals.stored],
    ["+", "dropped", dropped],
    ["+", "refused", totals.refused],
    ["+", "pending", totals.pending],
  ];
  const wrong = `${counted(Math.abs(difference), "event")} ${difference > 0 ? "missing" : "too many"}`;
  const written = element(
    "p",
    { class: "equation" },
    ...terms.flatMap(([sign, name, count]) => [
      sign === "" ? undefined : element("span", { class: "sign" }, `${sign} `),
      element("span", { class: "term", "data-total": name }, element("b", {}, grouped(count)), ` ${name} `),
    ]),
  );
  const check =
    difference === 0
      ? element("p", { class: "verdict good" }, "The counters add up.")
      : element("p", { class: "verdict bad", role: "alert" }, `The counters do not add up: ${wrong}.`);
  return totals.development === 0 ? [written, check] : [written, check, development(totals.development)];
}

function development(events: number): HTMLElement {
  return element(
    "p",
    { class: "quietly", "data-development": String(events) },
    `${counted(events, "stored event")} came from development builds. They are stored apart, and in no chart here: `,
    element("code", {}, "tallymark query"),
    " reads them from the tables ",
    element("code", {}, "dev.EVENT"),
    ".",
  );
}

function dropTable({ dropped }: Totals): HTMLElement[] {
  const found = [...dropped].filter(([, count]) => count > 0);
  if (found.length === 0) return [element("p", { class: "quietly" }, "No events were dropped.")];
  const rows = found.map(([reason, count]) =>
    element(
      "tr",
      { "data-reason": reason },
      element("th", { scope: "row" }, element("code", {}, reason)),
      element("td", { class: "why" }, reasons.get(reason) ?? ""),
      element("td", {}, grouped(count)),
    ),
  );
  const headings = ["Reason for dropping", "", "Events"].map((heading) => element("th", { scope: "col" }, heading));
  return [element("table", {}, element("thead", {}, element("tr", {}, ...headings)), element("tbody", {}, ...rows))];
}
