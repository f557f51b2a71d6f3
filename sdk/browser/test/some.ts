// SPDX-License-Identifier: MIT
// Stands in for what a browser gives a page, where a test needs no browser.
import { vi } from "vitest";
import { type Device, openDevice } from "../src/device.js";

/** A localStorage that holds so many characters. */
export function someStorage(capacity = 5_000_000): Storage {
  const entries: Record<string, string> = {};
  const methods = {
    getItem: (key: string) => entries[key] ?? null,
    setItem(key: string, value: string) {
      const others = Object.entries(entries).filter(([name]) => name !== key);
      if (others.flat().join("").length + key.length + value.length > capacity) throw new Error("QuotaExceededError");
      entries[key] = value;
    },
    removeItem(key: string) {
      delete entries[key];
    },
  };
  return new Proxy(entries, {
    get: (_, key: string) => (key === "length" ? Object.keys(entries).length : methods[key as keyof typeof methods]),
  }) as unknown as Storage;
}

/** A device with an empty storage. */
export function someDevice(tool = "demo", capacity?: number): Device {
  vi.stubGlobal("localStorage", someStorage(capacity));
  return openDevice(tool);
}

/** A record of a queue, with its time and id. */
export function someRecord(number: number, length = 200): [time: string, id: string, text: string] {
  const time = String(1_765_784_028_467_123_000n + BigInt(number));
  const id = number.toString(16).padStart(32, "0");
  return [time, id, `{"id":"${id}","time":${time}}`.padEnd(length)];
}
