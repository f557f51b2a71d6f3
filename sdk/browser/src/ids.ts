// SPDX-License-Identifier: MIT
// Random ids. crypto.randomUUID is absent on plain http://host, getRandomValues is not.

/** A random UUID (version 4), lower case with dashes. */
export function uuid(): string {
  const random = crypto.getRandomValues(new Uint8Array(36));
  // x: any digit; y: 8, 9, a or b.
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (digit, at) => {
    const byte = Number(random[at]);
    return (digit === "x" ? byte & 15 : (byte & 3) | 8).toString(16);
  });
}

/** The 32 hexadecimal digits by which the relay recognises a record that it was sent before. */
export function recordId(): string {
  return uuid().replaceAll("-", "");
}
