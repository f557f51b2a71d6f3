// SPDX-License-Identifier: MIT
// The core as a page uses it, where the order of answers matters. test/sdk/browser tests it with a real browser.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Tally } from "../src/tally.js";
import { someStorage } from "./some.js";

const allowed = {
  tool: "demo",
  title: "Demo",
  on: true,
  scope: "00112233445566aa",
  notice: "Text",
  more: null,
  contact: "",
};
const fetched = vi.fn<(address: string) => Promise<Response>>();
let window: EventTarget;
let tally: Tally;

class SomeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** Loads the module again: it starts once for each page. */
async function startPage(): Promise<void> {
  const { start } = await import("../src/tally.js");
  tally = start({ relay: "tallymark" });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal("localStorage", someStorage());
  vi.stubGlobal("document", {
    hidden: false,
    baseURI: "http://tracker.test/",
    querySelectorAll: () => [],
    addEventListener: () => {},
  });
  window = new EventTarget();
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("Element", class {});
  vi.stubGlobal("IntersectionObserver", SomeObserver);
  vi.stubGlobal("MutationObserver", SomeObserver);
  vi.stubGlobal("fetch", fetched);
  fetched.mockImplementation(() => Promise.resolve(Response.json(allowed)));
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, Symbol.for("tallymark"));
  vi.restoreAllMocks();
  fetched.mockReset();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("Settings that can't be had are asked for again with growing pauses", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  for (let i = 0; i < 3; i++) fetched.mockRejectedValueOnce(new TypeError("offline"));
  await startPage();
  for (const [pause, requests] of [
    [5, 2],
    [10, 3],
    [20, 4],
  ] as const) {
    await vi.advanceTimersByTimeAsync(pause * 1000 - 1);
    expect(fetched).toHaveBeenCalledTimes(requests - 1);
    expect(tally.why).toBe("unreachable");
    await vi.advanceTimersByTimeAsync(1);
    expect(fetched).toHaveBeenCalledTimes(requests);
  }
  expect(tally.why).toBe("notice");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(fetched).toHaveBeenCalledTimes(4);
});

test("Nobody agrees to a scope whose notice was not shown", async () => {
  await startPage();
  await vi.advanceTimersByTimeAsync(0);
  tally.turnOn("ffffffffffffffff");
  expect(tally.why).toBe("notice");
  tally.turnOn(allowed.scope);
  expect(tally.why).toBeUndefined();
});

test("Of two answers that overlap the one to the last request holds", async () => {
  fetched.mockRejectedValueOnce(new TypeError("offline"));
  await startPage();
  await vi.advanceTimersByTimeAsync(0);
  expect(tally.why).toBe("unreachable");
  let answerLate = (_: Response): void => {};
  fetched.mockReturnValueOnce(
    new Promise((resolve) => {
      answerLate = resolve;
    }),
  );
  fetched.mockResolvedValueOnce(Response.json({ tool: "demo", title: "Demo", on: false, why: "server" }));
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(tally.why).toBe("server");
  answerLate(Response.json(allowed));
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toHaveBeenCalledTimes(3);
  expect(tally.why).toBe("server");
});
