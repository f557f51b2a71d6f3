// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import { readingLines } from "../src/dashboard/readers";

test("each line names the file, reads text and takes no word for an empty value", () => {
  const lines = readingLines("kmpkg-usage-2026-q4.tsv");
  expect(lines.map(([tool]) => tool)).toEqual(["pandas", "R", "DuckDB"]);
  for (const [, line] of lines) expect(line).toContain("kmpkg-usage-2026-q4.tsv");
  expect(lines[0]?.[1]).toBe(
    'pandas.read_csv("kmpkg-usage-2026-q4.tsv", sep="\\t", dtype=str, keep_default_na=False, quoting=3)',
  );
});
