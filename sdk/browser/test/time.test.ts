// SPDX-License-Identifier: MIT
// The time of a record has all digits of the browser's clock.
import { afterEach, expect, test, vi } from "vitest";
import { now } from "../src/time.js";

afterEach(() => vi.unstubAllGlobals());

function clock(timeOrigin: number, elapsed: number, wall = timeOrigin + elapsed): void {
  vi.stubGlobal("performance", { timeOrigin, now: () => elapsed });
  vi.spyOn(Date, "now").mockReturnValue(Math.floor(wall));
}

test.each([
  [1765784028467, 0, "1765784028467000000"],
  [1765784028467, 0.1, "1765784028467100000"],
  [1765784028467, 123456.789, "1765784151923789000"],
  [1765784028467.5, 0.000001, "1765784028467500001"],
  [1765784028467.25, 86_400_000.005, "1765870428467255000"],
])("%d and %d milliseconds are %s nanoseconds", (timeOrigin, elapsed, nanoseconds) => {
  clock(timeOrigin, elapsed);
  expect(now()).toBe(nanoseconds);
});

test("A double would lose digits of the same time", () => {
  clock(1765784028467, 0.123457);
  expect(now()).toBe("1765784028467123457");
  expect(BigInt((1765784028467 + 0.123457) * 1e6)).not.toBe(1765784028467123457n);
});

test("After the system slept, the wall clock counts", () => {
  clock(1765784028467, 1000, 1765784028467 + 3_600_000);
  expect(now()).toBe("1765787628467000000");
});
