// SPDX-License-Identifier: MIT
// The entries of one tool in localStorage, below `tallymark.TOOL.`. The SDK stores nothing else.

/** Entries by their name without the prefix. No call throws: storage can be absent, forbidden or full. */
export interface Device {
  /** Whether storage can be read, and has taken everything so far. */
  works(): boolean;
  /** null or undefined: there is none, or it can't be read. */
  get(name: string): string | null | undefined;
  /** Stores a value. If that fails, storage no longer works for this page. */
  set(name: string, value: string): void;
  remove(name: string): void;
  /** The names that start so, in order. */
  names(start: string): string[];
}

/** Opens the entries of a tool. Writes nothing. */
export function openDevice(tool: string): Device {
  const prefix = `tallymark.${tool}.`;
  let failed = false;
  return {
    works: () => !failed && attempt((storage) => storage.length) !== undefined,
    get: (name) => attempt((storage) => storage.getItem(prefix + name)),
    set(name, value) {
      attempt((storage) => storage.setItem(prefix + name, value));
      if (attempt((storage) => storage.getItem(prefix + name)) !== value) failed = true;
    },
    remove: (name) => attempt((storage) => storage.removeItem(prefix + name)),
    names: (start) =>
      Object.keys(attempt((storage) => storage) ?? {})
        .filter((key) => key.startsWith(prefix + start))
        .map((key) => key.slice(prefix.length))
        .sort(),
  };
}

function attempt<T>(action: (storage: Storage) => T): T | undefined {
  try {
    return action(localStorage);
  } catch {
    return undefined; // a sandboxed frame, a blocked or a full storage: the caller records nothing then
  }
}
