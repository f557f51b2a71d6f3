// SPDX-License-Identifier: MIT
// Reads the JSON files of a published folder: tools, periods, metadata (spec/published.md).
import { FormatError, JsonObject } from "./json";

export interface Tool {
  readonly tool: string;
  readonly title: string;
}

/** The files of one dataset and period: names in the same folder as the index. */
export interface DatasetFiles {
  readonly name: string;
  readonly title: string;
  readonly tsv: string;
  readonly metadata: string;
}

export interface Period {
  /** Unique in a list where a period can have a released and a provisional entry. */
  readonly id: string;
  readonly period: string;
  /** True if the period is still open, so days are missing. */
  readonly provisional: boolean;
  readonly datasets: readonly DatasetFiles[];
}

export interface Column {
  readonly name: string;
  /** The source of the column. Every dataset has one `day` and one `occurrences`. */
  readonly from: "day" | "occurrences" | "event" | "status" | "field";
  /** How the day is written: undefined for `yyyy-MM-dd`. Only the `day` column has it. */
  readonly form?: "M/d/yyyy H:mm" | undefined;
  readonly type?: string | undefined;
  readonly part?: string | undefined;
  /** Why the field is collected, from the manifest. */
  readonly why?: string | undefined;
}

export interface Metadata {
  readonly tool: string;
  readonly title: string;
  readonly dataset: string;
  readonly datasetTitle: string;
  readonly period: string;
  readonly provisional: boolean;
  /** First and last day, both inclusive. */
  readonly from: string;
  readonly to: string;
  /** The last day that the file covers; undefined if the publisher does not say, or in a preview without any day. */
  readonly through: string | undefined;
  readonly generated: string;
  /** The version of the manifest that the file was generated from. */
  readonly manifest: number;
  readonly minimum: number;
  readonly license: string;
  /** Sources to credit, besides the tool's maintainers. */
  readonly attribution: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: number;
  /** The sum of the occurrences; undefined if the publisher does not say. */
  readonly occurrences: number | undefined;
  /** Days with events but too few installations; undefined in a preview. */
  readonly daysLeftOut: number | undefined;
  /** Days of which nothing is known; undefined if the publisher does not say. */
  readonly daysNotKept: number | undefined;
}

// An index can't refer to a file outside its own folder.
const fileName = /^[a-z0-9][a-z0-9._-]*$/;
const toolName = /^[a-z][a-z0-9-]{0,39}$/;
const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const monthDayYear = "M/d/yyyy H:mm";
const origins = ["day", "occurrences", "event", "status", "field"] as const;

export function readTools(text: string, name: string): Tool[] {
  const file = ofVersionOne(JsonObject.parse(text, name), name);
  return file.objects("tools", (tool) => ({
    tool: tool.textLike("tool", toolName, "the short name of a tool"),
    title: tool.text("title"),
  }));
}

export function readPeriods(text: string, name: string): Period[] {
  const file = ofVersionOne(JsonObject.parse(text, name), name);
  const provisional = file.flag("provisional");
  return file.objects("periods", (period) => ({
    id: provisional ? `${period.text("period")}-provisional` : period.text("period"),
    period: period.text("period"),
    provisional,
    datasets: period.objects("datasets", (dataset) => ({
      name: dataset.text("name"),
      title: dataset.text("title"),
      tsv: dataset.textLike("tsv", fileName, "a file name"),
      metadata: dataset.textLike("metadata", fileName, "a file name"),
    })),
  }));
}

export function readMetadata(text: string, name: string): Metadata {
  const file = ofVersionOne(JsonObject.parse(text, name), name);
  const columns = file.objects("columns", readColumn);
  for (const once of ["day", "occurrences"]) {
    if (columns.filter((column) => column.from === once).length !== 1) {
      throw new FormatError(`${name}: there must be one column made from "${once}"`);
    }
  }
  return {
    tool: file.text("tool"),
    title: file.text("title"),
    dataset: file.text("dataset"),
    datasetTitle: file.text("datasetTitle"),
    period: file.text("period"),
    provisional: file.flag("provisional"),
    from: file.textLike("from", dayForm, "a day"),
    to: file.textLike("to", dayForm, "a day"),
    through: file.textIfAny("through"),
    generated: file.text("generated"),
    manifest: file.count("manifest"),
    minimum: file.count("minimum"),
    license: file.text("license"),
    attribution: file.textsIfAny("attribution"),
    columns,
    rows: file.count("rows"),
    occurrences: file.countIfAny("occurrences"),
    daysLeftOut: file.countIfAny("daysLeftOut"),
    daysNotKept: file.countIfAny("daysNotKept"),
  };
}

function readColumn(column: JsonObject): Column {
  const from = column.text("from");
  const origin = origins.find((known) => known === from);
  if (origin === undefined) throw new FormatError(`a column is made from "${from}", which this page does not support`);
  const form = column.textIfAny("form");
  if (form !== undefined && form !== monthDayYear) {
    throw new FormatError(`days are written as "${form}", which this page does not support`);
  }
  return {
    name: column.text("name"),
    from: origin,
    form,
    type: column.textIfAny("type"),
    part: column.textIfAny("part"),
    why: column.textIfAny("why"),
  };
}

function ofVersionOne(file: JsonObject, name: string): JsonObject {
  const version = file.count("tallymark");
  if (version !== 1) throw new FormatError(`${name} has format ${version}; this page reads format 1`);
  return file;
}
