// SPDX-License-Identifier: MIT
// The last minute, one column for each second: events upwards with a colour for each, failures downwards.
import { axisX, axisY, gridY, plot, rectY, ruleY, text } from "@observablehq/plot";
import { asImage } from "../charts/bars";
import { chartStyle, ink, steps, widest } from "../charts/ink";
import { grouped } from "../page/words";
import type { Second } from "./live";

const height = 240; // pixels

/** Colours by event. An event keeps its colour while the page is open. */
export class Colors {
  readonly #slots = new Map<string, number>();

  of(event: string): string {
    const slot = this.#slots.get(event) ?? this.#slots.size + 1;
    this.#slots.set(event, slot);
    return slot <= 6 ? `var(--event-${slot})` : "var(--event-rest)";
  }
}

export function drawMinute(seconds: readonly Second[], colors: Colors, width: number, label: string): SVGElement {
  const events = [...new Set(seconds.flatMap((second) => [...second.events.keys()]))].sort();
  const parts = seconds.flatMap((second, at) => {
    let below = 0;
    return events.flatMap((event) => {
      const count = second.events.get(event) ?? 0;
      const from = below;
      below += count;
      return count === 0 ? [] : [{ at: at - seconds.length, event, from, to: below }];
    });
  });
  const failures = seconds.flatMap((second, at) =>
    second.failures === 0 ? [] : [{ at: at - seconds.length, count: second.failures }],
  );
  const top = ceiling(Math.max(...parts.map((part) => part.to), 0));
  const bottom = Math.max(top / 5, ...failures.map((failure) => failure.count));
  const ticks = steps(top, 4);
  const drawn = plot({
    width,
    height,
    marginLeft: Math.max(widest(ticks.map(grouped)), widest(["failures"])) + 10,
    marginRight: 8,
    marginTop: 12,
    marginBottom: 26,
    style: chartStyle,
    x: { domain: [-seconds.length, 0] },
    y: { domain: [-bottom, top] },
    marks: [
      gridY(ticks, { stroke: ink.line, strokeOpacity: 1 }),
      axisY(ticks, { label: null, tickSize: 0, tickPadding: 6, tickFormat: grouped, fill: ink.muted }),
      axisX([-60, -45, -30, -15, 0], {
        label: null,
        tickSize: 0,
        tickPadding: 8,
        tickFormat: (tick: number) => (tick === 0 ? "now" : `${-tick} s ago`),
        fill: ink.muted,
      }),
      ...events.map((event) =>
        rectY(
          parts.filter((part) => part.event === event),
          {
            x1: "at",
            x2: (part: { at: number }) => part.at + 1,
            y1: "from",
            y2: "to",
            insetLeft: 0.75,
            insetRight: 0.75,
            fill: colors.of(event),
            className: `event-${event}`,
          },
        ),
      ),
      rectY(failures, {
        x1: "at",
        x2: (failure: { at: number }) => failure.at + 1,
        y1: 0,
        y2: (failure: { count: number }) => -failure.count,
        insetLeft: 0.75,
        insetRight: 0.75,
        fill: ink.bad,
        className: "minute-failures",
      }),
      ruleY([0], { stroke: ink.muted }),
      text(["failures"], { frameAnchor: "bottom-left", textAnchor: "end", dx: -6, fill: ink.bad }),
    ],
  });
  return asImage(drawn, label);
}

/** The next of 5, 10, 20, 50, …: a scale that changed with every event would be hard to watch. */
function ceiling(largest: number): number {
  let power = 1;
  for (;;) {
    for (const factor of [5, 10, 20]) {
      if (factor * power >= largest) return factor * power;
    }
    power *= 10;
  }
}
