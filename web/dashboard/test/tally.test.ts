// SPDX-License-Identifier: MIT
// Sums of rows: nothing is lost, the largest is first, `other` is last.
import { expect, test } from "vitest";
import { spanOf } from "../src/charts/days";
import { steps } from "../src/charts/ink";
import { byDay, byValue, total } from "../src/charts/tally";
import { readDataset } from "../src/published/dataset";
import { readMetadata } from "../src/published/index";
import { metadataText, tsv } from "./some";

const dataset = readDataset(tsv, "f.tsv", readMetadata(metadataText(), "m.json"));

test("Values are summed over days and other columns, and `other` is last even if it is the largest", () => {
  expect(byValue(dataset, 0)).toEqual([
    { value: "linux", count: 70, other: false },
    { value: "windows", count: 25, other: false },
    { value: "other", count: 1200, other: true },
  ]);
  expect(byValue(dataset, 1)).toEqual([
    { value: "debian.12", count: 70, other: false },
    { value: "other", count: 1225, other: true },
  ]);
});

test("Equal counts are ordered by their texts", () => {
  const rows = ["b", "a", "B"].map((value) => ({ day: "2026-11-20", occurrences: 5, values: [value] }));
  expect(byValue({ ...dataset, rows }, 0).map((slice) => slice.value)).toEqual(["B", "a", "b"]);
});

test("Days are summed and ordered, and a day without a row is not added", () => {
  const rows = [...dataset.rows, { day: "2026-10-02", occurrences: 1, values: ["linux", "other"] }];
  expect(byDay({ ...dataset, rows })).toEqual([
    { day: "2026-10-02", count: 1 },
    { day: "2026-11-19", count: 65 },
    { day: "2026-11-20", count: 1230 },
  ]);
});

test("Every way of summing has the same total", () => {
  const all = dataset.rows.reduce((sum, row) => sum + row.occurrences, 0);
  expect(total(byDay(dataset))).toBe(all);
  expect(total(byValue(dataset, 0))).toBe(all);
  expect(total(byValue(dataset, 1))).toBe(all);
});

test("A period ends on the last day that its files cover", () => {
  const open = dataset.metadata;
  expect(spanOf(open, ["2026-10-05", "2026-11-20"])).toEqual({ from: "2026-10-05", to: "2026-11-20" });
  const closed = { ...open, through: "2026-12-31" };
  expect(spanOf(closed, ["2026-10-05"])).toEqual({ from: "2026-10-05", to: "2026-12-31" });
  const unsaid = { ...open, through: undefined };
  expect(spanOf(unsaid, ["2026-10-05"])).toEqual({ from: "2026-10-05", to: "2026-12-31" });
});

test("A span has at least two weeks but stays within the period", () => {
  expect(spanOf(dataset.metadata, ["2026-11-20"])).toEqual({ from: "2026-11-07", to: "2026-11-20" });
  expect(spanOf(dataset.metadata, [])).toEqual({ from: "2026-11-07", to: "2026-11-20" });
  const early = { ...dataset.metadata, through: "2026-10-03" };
  expect(spanOf(early, ["2026-10-02"])).toEqual({ from: "2026-10-01", to: "2026-10-03" });
});

test.each([
  [1, 3, [0, 1]],
  [3, 3, [0, 1, 2, 3]],
  [10, 3, [0, 5, 10]],
  [2513, 3, [0, 1000, 2000]],
  [999_999, 4, [0, 500_000]],
])("Steps up to %i are round whole numbers", (largest, maxCount, expected) => {
  expect(steps(largest, maxCount)).toEqual(expected);
});
