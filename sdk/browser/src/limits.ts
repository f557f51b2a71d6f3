// SPDX-License-Identifier: MIT
// The limits of queue and sender. In a file without imports, so that the bundler puts the numbers where they are used.

/** Records in the queue, and in one request. */
export const maxRecords = 500;
/** Characters in the queue. A record has ASCII characters only, unless its own page misuses `record`. */
export const maxQueue = 131_072;
/** Characters in one request: below the relay's limit, and below the 64 KiB that a beacon may carry. */
export const maxBody = 60_000;
/** Characters in one record. */
export const maxRecord = 400;
/** Characters in one record with its time: a longer entry was not written by `record`. */
export const maxEntry = 432;

/** Records that are sent at once. Fewer wait for the interval. */
export const soon = 50;
/** Milliseconds. */
export const sendInterval = 10_000;
/** Milliseconds until a request is given up. */
export const maxRequest = 10_000;

/** Milliseconds for which a tab may send: longer than one request. */
export const leaseTime = 20_000;
/** Milliseconds; each failure doubles the pause. */
export const firstPause = 5_000;
/** Milliseconds. */
export const maxPause = 600_000;
/** Milliseconds that a relay can ask for. A longer wait comes from a clock that was set back. */
export const maxWait = 3_600_000;

/** Milliseconds after which an element that was transparent is examined again. */
export const recheck = 1_000;
