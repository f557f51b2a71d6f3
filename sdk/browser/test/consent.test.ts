// SPDX-License-Identifier: MIT
// The first reason against recording wins.
import { afterEach, expect, test, vi } from "vitest";
import { reasonOff } from "../src/consent.js";
import type { Settings } from "../src/settings.js";
import { someDevice } from "./some.js";

const allowed: Settings = {
  tool: "demo",
  title: "Demo",
  on: true,
  scope: "00112233445566aa",
  notice: "Text",
  more: null,
  contact: "",
};
const server: Settings = { on: false, why: "server" };

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["gpc", { globalPrivacyControl: true, doNotTrack: "1" }, allowed, { seen: allowed.scope }],
  ["dnt", { doNotTrack: "1" }, server, {}],
  ["starting", {}, undefined, {}],
  ["server", {}, server, { seen: allowed.scope }],
  ["unreachable", { globalPrivacyControl: false }, { on: false, why: "unreachable" }, { seen: allowed.scope }],
  ["device", { doNotTrack: null }, allowed, { off: "1", seen: allowed.scope }],
  ["notice", { doNotTrack: "0" }, allowed, {}],
  ["notice", {}, allowed, { seen: "ffffffffffffffff" }],
  [undefined, { doNotTrack: "unspecified" }, allowed, { seen: allowed.scope }],
] as [string | undefined, object, Settings | undefined, Record<string, string>][])(
  "%s, with %o, %o and %o",
  (reason, browser, settings, stored) => {
    vi.stubGlobal("navigator", browser);
    const device = someDevice();
    for (const [name, value] of Object.entries(stored)) device.set(name, value);
    expect(reasonOff(settings, device)).toBe(reason);
  },
);

test("Storage that is full counts as full only if something is kept from before, and a refusal comes first", () => {
  vi.stubGlobal("navigator", {});
  const device = someDevice("demo", 100);
  device.set("queue.1", "x".repeat(100));
  expect(reasonOff(allowed, device)).toBe("storage");
  device.set("seen", allowed.scope);
  expect(reasonOff(allowed, device)).toBe("full");
  device.set("off", "1");
  expect(reasonOff(allowed, device)).toBe("device");
});

test("Without storage nothing is recorded", () => {
  vi.stubGlobal("navigator", {});
  expect(reasonOff(allowed, undefined)).toBe("storage");
});
