// SPDX-License-Identifier: MIT
// Storage that is missing, forbidden or full never throws into the page.
import { afterEach, expect, test, vi } from "vitest";
import { openDevice } from "../src/device.js";
import { someDevice } from "./some.js";

afterEach(() => vi.unstubAllGlobals());

test("A tool has its own entries, in order", () => {
  const device = someDevice("demo");
  const other = openDevice("demo-two");
  other.set("queue.0", "x");
  device.set("queue.2", "b");
  device.set("queue.1", "a");
  device.set("seen", "s");
  expect(device.names("queue.")).toEqual(["queue.1", "queue.2"]);
  expect(device.names("")).toEqual(["queue.1", "queue.2", "seen"]);
  device.remove("queue.1");
  expect(device.get("queue.1")).toBeNull();
  expect(other.get("queue.0")).toBe("x");
});

test.each([
  [
    "throws",
    {
      get: (): Storage => {
        throw new Error("SecurityError");
      },
    },
  ],
  ["is null", { value: null }],
  ["is absent", { value: undefined }],
])("Storage that %s does not work", (_, property) => {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, ...property });
  try {
    const device = openDevice("demo");
    expect(device.works()).toBe(false);
    device.set("seen", "s");
    device.remove("seen");
    expect(device.get("seen")).toBeUndefined();
    expect(device.names("")).toEqual([]);
  } finally {
    Reflect.deleteProperty(globalThis, "localStorage");
  }
});

test("Storage that is full no longer works, and still removes", () => {
  const device = someDevice("demo", 100);
  device.set("seen", "s");
  expect(device.works()).toBe(true);
  device.set("queue.1", "x".repeat(100));
  expect(device.works()).toBe(false);
  device.remove("seen");
  expect(device.names("")).toEqual([]);
});
