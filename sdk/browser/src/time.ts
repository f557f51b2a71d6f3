// SPDX-License-Identifier: MIT
// The time of a record.

/** Nanoseconds since 1970, as digits: the number does not fit in a double without losing some. */
export function now(): string {
  const { timeOrigin } = performance;
  const elapsed = performance.now();
  const wall = Date.now();
  // performance.now() stands still while some systems sleep, and the wall clock can be set.
  const agree = Math.abs(timeOrigin + elapsed - wall) < 1000;
  return String(agree ? nanoseconds(timeOrigin) + nanoseconds(elapsed) : nanoseconds(wall));
}

/** Exact: the fraction of a double is exact, and the whole milliseconds are multiplied as an integer. */
function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.trunc(milliseconds)) * 1000000n + BigInt(Math.round((milliseconds % 1) * 1e6));
}
