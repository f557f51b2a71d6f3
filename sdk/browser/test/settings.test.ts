// SPDX-License-Identifier: MIT
// Settings of any other form count as none.
import { afterEach, expect, test, vi } from "vitest";
import { fetchSettings } from "../src/settings.js";

afterEach(() => vi.unstubAllGlobals());

const allowed = {
  tool: "demo",
  title: "Demo",
  on: true,
  scope: "00112233445566aa",
  notice: "Text",
  more: null,
  contact: "",
};
const unreachable = { on: false, why: "unreachable" };

test.each([
  [allowed, allowed],
  [
    { tool: "demo", title: "Demo", on: false, why: "server" },
    { tool: "demo", title: "Demo", on: false, why: "server" },
  ],
  [{ ...allowed, scope: undefined }, unreachable],
  [{ ...allowed, notice: "" }, unreachable],
  [{ message: "Sign in" }, unreachable],
  [null, unreachable],
  ["on", unreachable],
])("%o", async (answer, settings) => {
  const ask = vi.fn((_address: string, _request: RequestInit) => Promise.resolve(Response.json(answer)));
  vi.stubGlobal("fetch", ask);
  expect(await fetchSettings("http://tracker.test/tallymark/")).toEqual(settings);
  expect(ask.mock.calls[0]?.[0]).toBe("http://tracker.test/tallymark/settings");
  expect(ask.mock.calls[0]?.[1]).toMatchObject({ redirect: "error" });
});

test("Neither an error nor a page of another kind throws", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("<!doctype html>")));
  expect(await fetchSettings("/")).toEqual(unreachable);
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(allowed, { status: 500 })));
  expect(await fetchSettings("/")).toEqual(unreachable);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  expect(await fetchSettings("/")).toEqual(unreachable);
});
