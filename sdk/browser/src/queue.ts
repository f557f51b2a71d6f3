// SPDX-License-Identifier: MIT
// Records that wait to be sent, shared by the tabs of one origin. Each is an entry of its own, `queue.TIME.ID`: two
// tabs that changed one common entry would lose records, because browsers have no lock on it.
import type { Device } from "./device.js";
import { maxBody, maxEntry, maxQueue, maxRecords } from "./limits.js";

/** The names of entries, and the records in them as JSON. */
export interface Batch {
  readonly names: string[];
  readonly records: string[];
}

export interface Queue {
  /** Adds a record, and drops the oldest ones beyond the limits. In a full storage the oldest makes room to send. */
  add(time: string, id: string, record: string): void;
  size(): number;
  /** The oldest records, as many as fit in one request. Removes entries that are no record: they would block it. */
  batch(max: number): Batch;
  remove(names: string[]): void;
  clear(): void;
}

export function openQueue(device: Device): Queue {
  const names = (): string[] => device.names("queue.");
  const read = (name: string): string => device.get(name) ?? "";
  const remove = (some: string[]): void => some.forEach(device.remove);
  return {
    add(time, id, record) {
      device.set(`queue.${time}.${id}`, record);
      if (!device.works()) remove(names().slice(0, 1)); // the lease needs room
      let length = 0;
      const newestFirst = names().reverse();
      remove(
        newestFirst.filter((name, at) => {
          length += name.length + read(name).length;
          return at >= maxRecords || length > maxQueue;
        }),
      );
    },
    size: () => names().length,
    batch(max) {
      let length = 0;
      remove(names().filter((name) => !isRecord(read(name))));
      const some = names()
        .slice(0, max)
        .filter((name) => {
          length += read(name).length + 1;
          return length < maxBody;
        });
      return { names: some, records: some.map(read) };
    },
    remove,
    clear: () => remove(names()),
  };
}

/** One JSON object: the request is put together from these texts. */
function isRecord(text: string): boolean {
  try {
    return text.length <= maxEntry && text.startsWith("{") && !!JSON.parse(text);
  } catch {
    return false;
  }
}
