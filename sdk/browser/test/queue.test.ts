// SPDX-License-Identifier: MIT
// The queue is bounded, and keeps the order of the records.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openQueue, type Queue } from "../src/queue.js";
import { someDevice, someRecord } from "./some.js";

let queue: Queue;
beforeEach(() => {
  queue = openQueue(someDevice());
});
afterEach(() => vi.unstubAllGlobals());

function add(numbers: number[], length?: number): void {
  for (const number of numbers) queue.add(...someRecord(number, length));
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
const text = (number: number, length?: number): string => someRecord(number, length)[2];

test("The oldest records are sent first, whatever tab wrote them", () => {
  add([3, 1, 2]);
  expect(queue.batch(2).records).toEqual([text(1), text(2)]);
  queue.remove(queue.batch(2).names);
  expect(queue.batch(500).records).toEqual([text(3)]);
});

test("Beyond 500 records the oldest are dropped", () => {
  add(range(0, 510), 100);
  expect(queue.size()).toBe(500);
  expect(queue.batch(1).records).toEqual([text(10, 100)]);
});

test("Beyond 128 KiB the oldest are dropped", () => {
  add(range(0, 500), 400);
  const kept = queue.size();
  expect(kept * (400 + "queue.".length + 19 + 1 + 32)).toBeLessThanOrEqual(128 * 1024);
  expect((kept + 1) * (400 + "queue.".length + 19 + 1 + 32)).toBeGreaterThan(128 * 1024);
  expect(queue.batch(1).records).toEqual([text(500 - kept, 400)]);
});

test("A body stays below the limit of the relay and of beacons", () => {
  add(range(0, 280), 400);
  const { records } = queue.batch(500);
  expect(records.join(",").length).toBeLessThan(60_000);
  expect(records.length).toBeGreaterThan(140);
});

test.each(["", "{", "null", "[]", '{"a":1},{"b":2}', `{"a":"${"x".repeat(60_000)}"}`])(
  "An entry that is no record is removed and blocks nothing: %#",
  (broken) => {
    const [time, id] = someRecord(0);
    queue.add(time, id, broken);
    add([1, 2]);
    expect(queue.batch(2).records).toEqual([text(1), text(2)]);
    expect(queue.size()).toBe(2);
  },
);

test("Where the storage is full the oldest record makes room", () => {
  queue = openQueue(someDevice("demo", 1000));
  add([1, 2, 3, 4]);
  expect(queue.batch(500).records).toEqual([text(2), text(3)]);
});

test("An empty queue gives an empty batch", () => {
  expect(queue.batch(500)).toEqual({ names: [], records: [] });
  add([1]);
  queue.clear();
  expect(queue.size()).toBe(0);
});
