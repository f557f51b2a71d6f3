// SPDX-License-Identifier: MIT
// Reads the collector's live view: the last sixty seconds and the counters (spec/control.md).
import { JsonObject } from "../published/json";

export interface Second {
  /** When the second began. */
  readonly time: string;
  readonly events: ReadonlyMap<string, number>;
  readonly failures: number;
}

/** The counters of all events since the first one; they survive a restart of the collector. */
export interface Totals {
  readonly received: number;
  readonly stored: number;
  /** By reason. */
  readonly dropped: ReadonlyMap<string, number>;
  readonly refused: number;
  readonly pending: number;
  /** Of the stored events, those of development builds, which are in no count or chart. */
  readonly development: number;
}

export interface Live {
  readonly title: string;
  readonly now: string;
  /** Oldest first. */
  readonly seconds: readonly Second[];
  readonly totals: Totals;
}

export function readLive(text: string): Live {
  const file = JsonObject.parse(text, "the collector's answer");
  const totals = file.object("totals");
  return {
    title: file.text("title"),
    now: file.text("now"),
    seconds: file.objects("seconds", (second) => ({
      time: second.text("time"),
      events: second.counts("events"),
      failures: second.count("failures"),
    })),
    totals: {
      received: totals.count("received"),
      stored: totals.count("stored"),
      dropped: totals.counts("dropped"),
      refused: totals.count("refused"),
      pending: totals.count("pending"),
      development: totals.count("development"),
    },
  };
}

/** Sums by event, in the order of their names. */
export function byEvent(seconds: readonly Second[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const second of seconds) {
    for (const [name, count] of second.events) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function sum(counts: Iterable<number>): number {
  let all = 0;
  for (const count of counts) all += count;
  return all;
}

/** Received minus all other counters; 0 unless the collector has a bug. */
export function unaccounted({ received, stored, dropped, refused, pending }: Totals): number {
  return received - (stored + sum(dropped.values()) + refused + pending);
}
