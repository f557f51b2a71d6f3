// SPDX-License-Identifier: MIT
// Reads one published TSV. Strict, because a chart of half a file would be wrong.
import type { Column, Metadata } from "./index";
import { FormatError } from "./json";

export interface Row {
  /** `yyyy-mm-dd`. */
  readonly day: string;
  readonly occurrences: number;
  /** One for each value column of the dataset, in order. */
  readonly values: readonly string[];
}

export interface Dataset {
  readonly metadata: Metadata;
  /** The columns that are neither day nor occurrences. */
  readonly valueColumns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Reads a TSV by its metadata. Throws {@link FormatError} with the file's name and line. */
export function readDataset(tsv: string, name: string, metadata: Metadata): Dataset {
  if (!tsv.endsWith("\n")) throw new FormatError(`${name} does not end with a complete line`);
  const [headings = "", ...lines] = tsv.slice(0, -1).split("\n");
  const columns = metadata.columns;
  const expected = columns.map((column) => column.name).join("\t");
  if (headings !== expected) {
    throw new FormatError(`${name}: the headings differ from its metadata (${expected.replaceAll("\t", ", ")})`);
  }
  if (lines.length !== metadata.rows) {
    throw new FormatError(`${name} has ${lines.length} rows; its metadata says ${metadata.rows}`);
  }
  const day = columns.findIndex((column) => column.from === "day");
  const form = columns[day]?.form;
  const occurrences = columns.findIndex((column) => column.from === "occurrences");
  const rows = lines.map((line, at) => {
    const cells = line.split("\t");
    const where = `${name}, line ${at + 2}`;
    if (cells.length !== columns.length) {
      throw new FormatError(`${where}: ${cells.length} values instead of ${columns.length}`);
    }
    return {
      day: readDay(cells[day] ?? "", form, metadata, where),
      occurrences: readCount(cells[occurrences] ?? "", where),
      values: cells.filter((_, cell) => cell !== day && cell !== occurrences),
    };
  });
  const sum = rows.reduce((all, row) => all + row.occurrences, 0);
  if (metadata.occurrences !== undefined && sum !== metadata.occurrences) {
    throw new FormatError(`${name} has ${sum} occurrences; its metadata says ${metadata.occurrences}`);
  }
  return { metadata, valueColumns: columns.filter((_, at) => at !== day && at !== occurrences), rows };
}

function readDay(text: string, form: Column["form"], { from, to }: Metadata, where: string): string {
  const day = form === undefined ? text : ofMonthDayYear(text);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // Compare the round trip: some parsers accept 2026-02-30 as 2 March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(day)) {
    throw new FormatError(`${where}: "${text}" is not a day`);
  }
  if (day < from || day > to) throw new FormatError(`${where}: ${text} is outside ${from} to ${to}`);
  return day;
}

/** `4/16/2017 0:00` as `2017-04-16`; empty if it has another form. */
function ofMonthDayYear(text: string): string {
  const [, month = "", day = "", year = ""] = /^([1-9]\d?)\/([1-9]\d?)\/(\d{4}) 0:00$/.exec(text) ?? [];
  return year === "" ? "" : `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function readCount(text: string, where: string): number {
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) throw new FormatError(`${where}: "${text}" is not a count`);
  return count;
}
