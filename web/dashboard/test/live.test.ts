// SPDX-License-Identifier: MIT
// The live view as this page reads it, and the sum of its counters.
import { expect, test } from "vitest";
import { byEvent, readLive, unaccounted } from "../src/maintainer/live";
import { FormatError } from "../src/published/json";

const answer = {
  tool: "kmpkg",
  title: "kmpkg",
  now: "2026-11-20T10:51:21Z",
  seconds: [
    { time: "2026-11-20T10:51:19Z", events: { list: 1, install: 3 }, failures: 1 },
    { time: "2026-11-20T10:51:20Z", events: {}, failures: 0 },
    { time: "2026-11-20T10:51:21Z", events: { install: 2 }, failures: 0 },
  ],
  totals: {
    received: 120,
    stored: 110,
    dropped: { "unknown-field": 2, duplicate: 3 },
    refused: 4,
    pending: 1,
    development: 0,
  },
};

test("Events are summed by name and ordered by name", () => {
  expect([...byEvent(readLive(JSON.stringify(answer)).seconds)]).toEqual([
    ["install", 5],
    ["list", 1],
  ]);
});

test("A difference between received and the other counters is computed", () => {
  const { totals } = readLive(JSON.stringify(answer));
  expect(unaccounted(totals)).toBe(0);
  expect(unaccounted({ ...totals, stored: 109 })).toBe(1);
  expect(unaccounted({ ...totals, pending: 3 })).toBe(-2);
});

test.each([
  ["is not JSON", "<html>"],
  ['"totals" is not an object', JSON.stringify({ ...answer, totals: undefined })],
  [
    '"failures" is not a whole number',
    JSON.stringify({ ...answer, seconds: [{ time: "", events: {}, failures: -1 }] }),
  ],
  ['"install" is not a whole number', JSON.stringify({ ...answer, seconds: [{ time: "", events: { install: "3" } }] })],
])("An answer that %s is refused", (message, text) => {
  expect(() => readLive(text)).toThrow(FormatError);
  expect(() => readLive(text)).toThrow(message);
});
