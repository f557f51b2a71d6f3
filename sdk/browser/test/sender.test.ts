// SPDX-License-Identifier: MIT
// The order and timing of requests. test/sdk/browser tests the same sender with a real browser and relay.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Device } from "../src/device.js";
import { openLease } from "../src/lease.js";
import { openQueue, type Queue } from "../src/queue.js";
import { openSender, type Sender } from "../src/sender.js";
import { someDevice, someRecord } from "./some.js";

const scope = "00112233445566aa";
const page = { scope: (): string | undefined => scope, refused: vi.fn(), blocked: vi.fn(), outdated: vi.fn() };
const fetched = vi.fn((_address: string, request: RequestInit) => Promise.resolve(answer(String(request.body))));
const beacon = vi.fn((_address: string, _body: string) => true);
let device: Device;
let queue: Queue;
let sender: Sender;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { hidden: false });
  vi.stubGlobal("navigator", { onLine: true, sendBeacon: beacon });
  vi.stubGlobal("fetch", fetched);
  device = someDevice();
  device.set("told", scope);
  queue = openQueue(device);
  sender = openSender("/tallymark/", device, queue, openLease(device), page);
});
afterEach(() => {
  vi.clearAllMocks();
  fetched.mockImplementation((_address, request) => Promise.resolve(answer(String(request.body))));
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function answer(body: string): Response {
  const taken = body.match(/"id"/g)?.length ?? 0;
  return Response.json({ on: true, scope, taken, known: 0, dropped: 0 });
}

function add(count: number): void {
  for (let i = 0; i < count; i++) {
    queue.add(...someRecord(i));
    sender.added();
  }
}

test("A full queue is sent without a pause between the requests", async () => {
  fetched.mockRejectedValueOnce(new TypeError("offline"));
  add(500);
  await vi.advanceTimersByTimeAsync(200);
  expect(fetched).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(queue.size()).toBe(0);
  expect(fetched).toHaveBeenCalledTimes(3);
});

test("Times keep their digits in a request and in a beacon", async () => {
  add(3);
  sender.leave();
  await vi.advanceTimersByTimeAsync(10_100);
  const records = [0, 1, 2].map((number) => someRecord(number)[2]).join(",");
  const body = `{"scope":"${scope}","records":[${records}]}`;
  expect(beacon).toHaveBeenCalledWith("/tallymark/events", body);
  expect(fetched.mock.calls.map(([, request]) => request.body)).toEqual([body]);
});

test("Of a body that the relay can not read only the record that breaks it is dropped", async () => {
  const headers = { "content-type": "application/problem+json; charset=utf-8" };
  const broken = someRecord(37)[1];
  fetched.mockImplementation((_address, request) => {
    const body = String(request.body);
    return Promise.resolve(body.includes(broken) ? new Response("{}", { status: 400, headers }) : answer(body));
  });
  add(130);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(queue.size()).toBe(0);
  const bodies = fetched.mock.calls.map(([, request]) => String(request.body));
  const delivered = bodies.filter((body) => !body.includes(broken));
  expect(delivered.join("").match(/"id"/g)).toHaveLength(129);
});

test("A 400 that is not the relay's loses no record", async () => {
  fetched.mockResolvedValueOnce(new Response("<!doctype html>", { status: 400 }));
  add(50);
  await vi.advanceTimersByTimeAsync(200);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(queue.size()).toBe(50);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(fetched.mock.calls.map(([, request]) => String(request.body).match(/"id"/g)?.length)).toEqual([50, 50]);
  expect(queue.size()).toBe(0);
});

test("Nothing is sent if a person turns it off while the tab waits for its turn", async () => {
  const agreed = page.scope;
  for (const told of [scope, ""]) {
    device.set("told", told);
    page.scope = agreed;
    add(50);
    await vi.advanceTimersByTimeAsync(20); // the lease is being taken
    page.scope = () => undefined;
    await vi.advanceTimersByTimeAsync(60_000);
  }
  page.scope = agreed;
  expect(fetched).not.toHaveBeenCalled();
});

test("A 403 blocks the page until another answer comes, or another tab has sent everything", async () => {
  fetched.mockResolvedValueOnce(new Response("", { status: 403 }));
  add(50);
  await vi.advanceTimersByTimeAsync(200);
  expect(page.blocked.mock.calls).toEqual([[true]]);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(page.blocked.mock.lastCall).toEqual([false]);
  expect(queue.size()).toBe(0);

  fetched.mockResolvedValueOnce(new Response("", { status: 403 }));
  add(50);
  await vi.advanceTimersByTimeAsync(200);
  expect(page.blocked.mock.lastCall).toEqual([true]);
  queue.clear();
  await vi.advanceTimersByTimeAsync(7_000);
  expect(page.blocked.mock.lastCall).toEqual([false]);
});

test("No beacon during a pause, before the server knows of the notice, or after a refusal", async () => {
  add(1);
  device.remove("told");
  sender.leave();
  device.set("told", scope);
  page.scope = () => undefined;
  sender.leave();
  page.scope = () => scope;
  fetched.mockRejectedValueOnce(new TypeError("offline"));
  await vi.advanceTimersByTimeAsync(10_100);
  sender.leave();
  expect(beacon).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(7_000);
  expect(queue.size()).toBe(0);
});
