// SPDX-License-Identifier: MIT
// One tab sends at a time, and the pauses grow across tabs and pages.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDevice } from "../src/device.js";
import { type Lease, openLease } from "../src/lease.js";
import { someDevice } from "./some.js";

let tab: Lease;
let other: Lease;
beforeEach(() => {
  vi.useFakeTimers();
  const device = someDevice();
  tab = openLease(device);
  other = openLease(device);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function taken(...leases: Lease[]): Promise<boolean[]> {
  const answers = Promise.all(leases.map((lease) => lease.take()));
  await vi.advanceTimersByTimeAsync(200);
  return answers;
}

test("While a tab has the lease, the others wait at most twenty seconds", async () => {
  expect(await taken(tab)).toEqual([true]);
  expect(other.wait()).toBeGreaterThan(19_000);
  other.release(); // not its own
  expect(other.wait()).toBeGreaterThan(19_000);
  vi.advanceTimersByTime(20_000);
  expect(other.wait()).toBe(0);
});

test("Of two tabs that begin at the same time one sends", async () => {
  expect(await taken(tab, other)).toEqual([false, true]);
});

test("A released lease is free at once", async () => {
  await taken(tab);
  tab.release();
  expect(other.wait()).toBe(0);
});

test("The pauses double from 5 seconds to 10 minutes, with jitter, on every page", async () => {
  const nominal = [5, 10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * 1000);
  const waits: number[] = [];
  for (const pause of nominal) {
    const page = openLease(openDevice("demo"));
    expect(await taken(page)).toEqual([true]);
    const wait = page.pause(0);
    expect(wait).toBeGreaterThanOrEqual(pause * 0.75);
    expect(wait).toBeLessThanOrEqual(pause * 1.25);
    expect(other.wait()).toBeGreaterThan(wait - 2);
    waits.push(wait / pause);
    vi.advanceTimersByTime(wait + 1);
    expect(other.wait()).toBe(0);
  }
  expect(new Set(waits).size).toBe(nominal.length);
  await taken(tab);
  tab.release(); // it was sent
  expect(tab.pause(0)).toBeLessThanOrEqual(6_250);
});

test("The relay can ask for a longer pause, at most an hour", () => {
  expect(tab.pause(120_000)).toBe(120_000);
  expect(tab.pause(1e12)).toBe(3_600_000);
});

test("A lease that a wrong clock left behind does not block", () => {
  vi.setSystemTime(Date.now() + 86_400_000);
  tab.pause(60_000);
  vi.setSystemTime(Date.now() - 86_400_000);
  expect(other.wait()).toBe(0);
});
