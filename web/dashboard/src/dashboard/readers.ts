// SPDX-License-Identifier: MIT
// How to read a published file with common tools, so that versions and the word `none` stay text (spec/published.md).
import { element } from "../page/element";

/** The lines for a file, by the name of the tool that runs each. */
export function readingLines(file: string): readonly (readonly [string, string])[] {
  return [
    ["pandas", `pandas.read_csv("${file}", sep="\\t", dtype=str, keep_default_na=False, quoting=3)`],
    ["R", `read.delim("${file}", colClasses = "character", na.strings = character(), quote = "", comment.char = "")`],
    [
      "DuckDB",
      `SELECT * FROM read_csv('${file}', delim = '\\t', header = true, all_varchar = true, quote = '', nullstr = '')`,
    ],
  ];
}

/** A section that opens, with the lines. */
export function reading(file: string): HTMLElement {
  const lines = readingLines(file).flatMap(([tool, line]) => [
    element("dt", {}, tool),
    element("dd", {}, element("code", {}, line)),
  ]);
  return element(
    "details",
    { class: "reading" },
    element("summary", {}, "Read this file as text"),
    element("dl", {}, ...lines),
  );
}
