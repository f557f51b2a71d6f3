// SPDX-License-Identifier: MIT
// Ids need nothing but getRandomValues.
import { afterEach, expect, test, vi } from "vitest";
import { recordId, uuid } from "../src/ids.js";

afterEach(() => vi.unstubAllGlobals());

test("A UUID has version 4, and is made where the browser has no secure context", () => {
  const { crypto } = globalThis;
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  for (let i = 0; i < 1000; i++)
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("Every digit that is free takes every value", () => {
  const seen = Array.from({ length: 36 }, () => new Set<string>());
  for (let i = 0; i < 1000; i++) for (const [at, digit] of [...uuid()].entries()) seen[at]?.add(digit);
  const sizes = seen.map((digits) => digits.size);
  expect(sizes.filter((size) => size === 16)).toHaveLength(30);
  expect(sizes[19]).toBe(4);
});

test("A record's id has 32 digits", () => {
  expect(recordId()).toMatch(/^[0-9a-f]{32}$/);
  expect(recordId()).not.toBe(recordId());
});
