// SPDX-License-Identifier: MIT
// The published files as this page reads them: complete, or an error that names the file and the place.
import { describe, expect, test } from "vitest";
import { readDataset } from "../src/published/dataset";
import { readMetadata, readPeriods, readTools } from "../src/published/index";
import { FormatError } from "../src/published/json";
import { columns, metadataText, tsv } from "./some";

const metadata = (changes = {}) => readMetadata(metadataText(changes), "m.json");

describe("a TSV", () => {
  test("becomes rows with the day, the count and the values in order", () => {
    const dataset = readDataset(tsv, "f.tsv", metadata());
    expect(dataset.valueColumns.map((column) => column.name)).toEqual(["OSFamily", "OSVersion"]);
    expect(dataset.rows[1]).toEqual({ day: "2026-11-19", occurrences: 25, values: ["windows", "other"] });
    expect(dataset.rows).toHaveLength(4);
  });

  test("may have its columns in any order", () => {
    const turned = metadata({ columns: [columns[2], columns[1], columns[0]], rows: 1 });
    const dataset = readDataset("OSFamily\tOccurrences\tTimestamp\nlinux\t7\t2026-11-20\n", "f.tsv", turned);
    expect(dataset.rows).toEqual([{ day: "2026-11-20", occurrences: 7, values: ["linux"] }]);
  });

  test("may write its days as the metadata says", () => {
    const written = metadata({ columns: [{ ...columns[0], form: "M/d/yyyy H:mm" }, columns[1], columns[2]], rows: 1 });
    const file = (day: string) => `Timestamp\tOccurrences\tOSFamily\n${day}\t7\tlinux\n`;
    expect(readDataset(file("11/2/2026 0:00"), "f.tsv", written).rows[0]?.day).toBe("2026-11-02");
    for (const day of ["2026-11-02", "11/02/2026 0:00", "11/2/2026", "11/2/2026 1:00", "11/31/2026 0:00"]) {
      expect(() => readDataset(file(day), "f.tsv", written)).toThrow(`f.tsv, line 2: "${day}" is not a day`);
    }
    expect(() => readDataset(file("1/1/2027 0:00"), "f.tsv", written)).toThrow("1/1/2027 0:00 is outside");
    expect(() =>
      readDataset(file("11/2/2026 0:00"), "f.tsv", metadata({ columns: columns.slice(0, 3), rows: 1 })),
    ).toThrow('"11/2/2026 0:00" is not a day');
  });

  test("may have no rows", () => {
    expect(readDataset(`${tsv.split("\n")[0]}\n`, "f.tsv", metadata({ rows: 0 })).rows).toEqual([]);
  });

  test.each([
    ["an empty file", "", "f.tsv does not end with a complete line"],
    ["a cut line", tsv.slice(0, -1), "f.tsv does not end with a complete line"],
    ["fewer rows", tsv.replace("2026-11-19\t25\twindows\tother\n", ""), "f.tsv has 3 rows; its metadata says 4"],
    ["other headings", tsv.replace("OSFamily", "System"), "the headings differ from its metadata"],
    ["a value too many", tsv.replace("windows", "windows\tx"), "f.tsv, line 3: 5 values instead of 4"],
    ["a count that is not a whole number", tsv.replace("\t25\t", "\t25.5\t"), 'f.tsv, line 3: "25.5" is not a count'],
    ["a count below zero", tsv.replace("\t25\t", "\t-25\t"), 'f.tsv, line 3: "-25" is not a count'],
    ["a count that is too large", tsv.replace("\t25\t", "\t9007199254740993\t"), "is not a count"],
    ["a day that does not exist", tsv.replace("2026-11-20\t30", "2026-11-31\t30"), 'line 4: "2026-11-31" is not a day'],
    [
      "a day outside the period",
      tsv.replace("2026-11-20\t30", "2027-01-01\t30"),
      "2027-01-01 is outside 2026-10-01 to 2026-12-31",
    ],
    ["Windows line ends", tsv.replaceAll("\n", "\r\n"), "the headings differ from its metadata"],
  ])("with %s is refused with its name", (_, text, message) => {
    expect(() => readDataset(text, "f.tsv", metadata())).toThrow(FormatError);
    expect(() => readDataset(text, "f.tsv", metadata())).toThrow(message);
  });
});

test("A TSV whose counts differ from its metadata is refused", () => {
  expect(readDataset(tsv, "f.tsv", metadata({ occurrences: 1295 })).rows).toHaveLength(4);
  const message = "f.tsv has 1295 occurrences; its metadata says 1294";
  expect(() => readDataset(tsv, "f.tsv", metadata({ occurrences: 1294 }))).toThrow(message);
});

describe("metadata", () => {
  test("has everything that the page shows", () => {
    const read = metadata();
    expect(read).toMatchObject({ dataset: "systems", minimum: 20, license: "CC-BY-4.0", provisional: true, rows: 4 });
    expect(read.columns[3]).toMatchObject({
      from: "field",
      type: "os",
      part: "version",
      why: "To know which releases.",
    });
  });

  test.each([
    ["no JSON", "<!doctype html>", "m.json is not JSON"],
    ["half a file", metadataText().slice(0, 100), "m.json is not JSON"],
    ["a list", "[]", "m.json is not an object"],
    ["another version", metadataText({ tallymark: 2 }), "m.json has format 2; this page reads format 1"],
    ["no minimum", metadataText({ minimum: undefined }), 'm.json: "minimum" is not a whole number from 0'],
    ["a text for rows", metadataText({ rows: "4" }), 'm.json: "rows" is not a whole number from 0'],
    ["an unknown origin", metadataText({ columns: [{ name: "X", from: "guess" }] }), 'made from "guess"'],
    ["an unknown form", metadataText({ columns: [{ ...columns[0], form: "d.M.yyyy" }] }), 'written as "d.M.yyyy"'],
    ["two day columns", metadataText({ columns: [columns[0], columns[0], columns[1]] }), 'one column made from "day"'],
    ["no occurrences", metadataText({ columns: [columns[0]] }), 'one column made from "occurrences"'],
    ["a wrong day", metadataText({ from: "1 October" }), 'm.json: "from" is not a day'],
  ])("with %s is refused with its name", (_, text, message) => {
    expect(() => readMetadata(text, "m.json")).toThrow(FormatError);
    expect(() => readMetadata(text, "m.json")).toThrow(message);
  });
});

describe("an index", () => {
  const index = (tsvName: string) =>
    JSON.stringify({
      tallymark: 1,
      tool: "kmpkg",
      title: "kmpkg",
      provisional: false,
      periods: [
        { period: "2026-q4", datasets: [{ name: "usage", title: "Commands", tsv: tsvName, metadata: "a.json" }] },
      ],
    });

  test("lists periods and their files", () => {
    expect(readPeriods(index("a.tsv"), "i.json")).toEqual([
      {
        id: "2026-q4",
        period: "2026-q4",
        provisional: false,
        datasets: [{ name: "usage", title: "Commands", tsv: "a.tsv", metadata: "a.json" }],
      },
    ]);
  });

  test.each(["../a.tsv", "https://example.org/a.tsv", "//example.org/a.tsv", "/a.tsv", ".a.tsv", ""])(
    "can't refer to %s",
    (name) => {
      expect(() => readPeriods(index(name), "i.json")).toThrow('"tsv" is not a file name');
    },
  );

  test("of tools accepts only short names", () => {
    const tools = (tool: string) => JSON.stringify({ tallymark: 1, tools: [{ tool, title: "K" }] });
    expect(readTools(tools("kmpkg"), "i.json")).toEqual([{ tool: "kmpkg", title: "K" }]);
    expect(() => readTools(tools("../x"), "i.json")).toThrow('"tool" is not the short name of a tool');
  });
});
