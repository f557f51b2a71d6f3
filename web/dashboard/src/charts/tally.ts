// SPDX-License-Identifier: MIT
// Sums of a dataset's rows: by the values of one column, and by day.
import type { Dataset } from "../published/dataset";

/** One bar. */
export interface Slice {
  readonly value: string;
  readonly count: number;
  /** True for `other`, which collects generalised and unlisted values and is not a value itself. */
  readonly other: boolean;
}

export interface DayCount {
  readonly day: string;
  readonly count: number;
}

/** Sums by the values of one value column: largest first, equal counts by text, `other` always last. */
export function byValue(dataset: Dataset, column: number): Slice[] {
  const counts = new Map<string, number>();
  for (const row of dataset.rows) {
    const value = row.values[column] ?? "";
    counts.set(value, (counts.get(value) ?? 0) + row.occurrences);
  }
  const slices = [...counts].map(([value, count]) => ({ value, count, other: value === "other" }));
  return slices.sort((a, b) => Number(a.other) - Number(b.other) || b.count - a.count || (a.value < b.value ? -1 : 1));
}

/** Sums by day, oldest first. A day without a row is not in the list, because its count may not be zero. */
export function byDay(dataset: Dataset): DayCount[] {
  const counts = new Map<string, number>();
  for (const row of dataset.rows) counts.set(row.day, (counts.get(row.day) ?? 0) + row.occurrences);
  return [...counts].map(([day, count]) => ({ day, count })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

export function total(counts: Iterable<{ readonly count: number }>): number {
  let sum = 0;
  for (const { count } of counts) sum += count;
  return sum;
}
