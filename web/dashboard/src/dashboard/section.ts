// SPDX-License-Identifier: MIT
// One dataset of a period: its events per day, a chart for each value column, its files.
import { drawBars } from "../charts/bars";
import { drawDays, type Span } from "../charts/days";
import { byDay, byValue, type DayCount, type Slice, total } from "../charts/tally";
import { element } from "../page/element";
import { counted, dayText, grouped, share, spoken } from "../page/words";
import type { Dataset } from "../published/dataset";
import type { Column, Metadata } from "../published/index";
import { type Chart, figureOf, type More } from "./figure";
import { reading } from "./readers";

const initialBars = 12; // a button shows more
const stepBars = 200; // fifty thousand bars at once would stop the page for twenty seconds

export interface Links {
  readonly tsv: string;
  readonly metadata: string;
  readonly dictionary: string;
}

/** The id of a dataset's section. The prefix keeps it apart from the page's own ids. */
export function anchorOf(dataset: string): string {
  return `dataset-${dataset}`;
}

export function datasetSection(dataset: Dataset, span: Span, links: Links): HTMLElement {
  const { metadata, rows } = dataset;
  const days = byDay(dataset);
  const events = total(days);
  return element(
    "section",
    { id: anchorOf(metadata.dataset), class: "dataset", "aria-labelledby": `${anchorOf(metadata.dataset)}-title` },
    element(
      "header",
      {},
      element("h2", { id: `${anchorOf(metadata.dataset)}-title` }, metadata.datasetTitle),
      metadata.provisional ? element("span", { class: "badge" }, "provisional") : undefined,
      element("p", {}, `${counted(events, "event")} on ${counted(days.length, "day")}`),
    ),
    rows.length === 0 ? nothing(dataset) : charts(dataset, days, span),
    element(
      "p",
      { class: "files" },
      "Files: ",
      element("a", { href: links.tsv, download: true }, "TSV"),
      ` (${counted(rows.length, "row")}) · `,
      element("a", { href: links.metadata }, "metadata"),
      " · ",
      element("a", { href: links.dictionary }, "dictionary"),
    ),
    reading(links.tsv.split("/").at(-1) ?? links.tsv),
  );
}

function charts(dataset: Dataset, days: readonly DayCount[], span: Span): HTMLElement {
  const values = dataset.valueColumns.map((_, at) => valueFigure(dataset, at, total(days)));
  // With one other chart the days take half the width, with several the whole width.
  return element(
    "div",
    { class: values.length === 1 ? "charts pair" : "charts" },
    daysFigure(dataset, days, span),
    ...values,
  );
}

function nothing({ metadata }: Dataset): HTMLElement {
  const { minimum, provisional, through } = metadata;
  const days = provisional ? `No day until ${dayText(through ?? "")}` : "No day of this period";
  const text =
    provisional && through === undefined
      ? "No day is shown yet: each one appears 60 days after it ended."
      : `${days} has ${grouped(minimum)} installations, so nothing is published.`;
  return element("p", { class: "empty" }, text);
}

function daysFigure({ metadata }: Dataset, days: readonly DayCount[], span: Span): HTMLElement {
  const column = metadata.columns.find(({ from }) => from === "day")?.name ?? "";
  const name = `${metadata.datasetTitle}: events per day`;
  const label = `${name}, ${dayText(span.from)} to ${dayText(span.to)}. The table has the numbers.`;
  return figureOf({
    title: "Events per day",
    name,
    dataset: metadata.dataset,
    column,
    notes: [gapNote(metadata), ...keptNote(metadata)],
    table: { headings: ["Day", "Events"], rows: days.map(({ day, count }) => [day, grouped(count)]) },
    draw: (width) => drawDays(days, span, width, label),
  });
}

function gapNote({ minimum, daysLeftOut }: Metadata): string {
  if (daysLeftOut === 0) return "A day without a bar had no events.";
  const required = `(at least ${grouped(minimum)} are required)`;
  if (daysLeftOut === undefined) return `A day without a bar had no events, or too few installations ${required}.`;
  const leftOut = `On ${counted(daysLeftOut, "day")}, events from too few installations ${required} are left out.`;
  return `${leftOut} A day without a bar has no published events.`;
}

function keptNote({ daysNotKept }: Metadata): string[] {
  return daysNotKept ? [`Nothing is known of ${counted(daysNotKept, "day")}: the events were not kept.`] : [];
}

function valueFigure(dataset: Dataset, at: number, events: number): HTMLElement {
  const column = dataset.valueColumns[at];
  if (column === undefined) throw new RangeError(`There is no value column ${at}`);
  const slices = byValue(dataset, at);
  const by = `by ${spoken(column.name)}`;
  const name = `${dataset.metadata.datasetTitle} ${by}`;
  const label = `${name}: a bar for each of ${counted(slices.length, "value")}. The table has the numbers.`;
  let drawn = first(slices, initialBars);
  const chart: Chart = {
    title: by.replace("by", "By"),
    name,
    dataset: dataset.metadata.dataset,
    column: column.name,
    notes: notesOf(column, slices, dataset.metadata.minimum),
    table: {
      headings: [column.name, "Events", "Share"],
      rows: slices.map(({ value, count }) => [value, grouped(count), share(count, events)]),
    },
    draw: (width) => drawBars(drawn, events, width, label),
  };
  return figureOf(chart, () =>
    moreOf(slices, drawn, (more) => {
      drawn = more;
    }),
  );
}

/** The next step of bars; undefined if all are drawn. */
function moreOf(
  slices: readonly Slice[],
  drawn: readonly Slice[],
  draw: (more: readonly Slice[]) => void,
): More | undefined {
  const left = slices.length - drawn.length;
  if (left === 0) return undefined;
  const events = counted(total(slices) - total(drawn), "event");
  const label = left > stepBars ? `${grouped(stepBars)} more of ${grouped(left)}` : `${grouped(left)} more`;
  return {
    label: `Show ${label} (${events})`,
    draw: () => {
      draw(first(slices, drawn.length + stepBars));
    },
  };
}

/** The largest values and `other`, which must not be hidden behind a button. */
function first(slices: readonly Slice[], bars: number): readonly Slice[] {
  if (slices.length <= bars + 2) return slices; // a button for one or two bars would save nothing
  return slices.filter((slice, at) => at < bars || slice.other);
}

const continents = new Set(["Africa", "Antarctica", "Asia", "Europe", "North America", "Oceania", "South America"]);

/** Explains the bars (spec/published.md, Threshold). A note is shown only if its case occurs. */
function notesOf(column: Column, slices: readonly Slice[], minimum: number): string[] {
  const few = `fewer than ${grouped(minimum)} installations on a day`;
  const notes = column.why === undefined ? [] : [`Why it is collected: ${column.why}`];
  if (slices.some((slice) => slice.other)) {
    const unlisted = column.type === "enum" ? ", values not in the manifest," : "";
    notes.push(`other: values with ${few}${unlisted} and further values that were merged to protect these.`);
  }
  if (slices.some((slice) => slice.value === "none")) notes.push("none: events without a value.");
  if (slices.some((slice) => slice.value === "not-collected"))
    notes.push("not-collected: events of a version of the tool's manifest that does not have this column.");
  if (column.type === "country" && slices.some((slice) => continents.has(slice.value))) {
    notes.push(`A continent also counts those of its countries that had ${few}.`);
  }
  if (column.type === "version" || (column.type === "os" && column.part === "version")) {
    const example = column.type === "version" ? " such as 1.4" : "";
    notes.push(`A shorter version${example} also counts the longer versions that start with it and had ${few}.`);
  }
  return notes;
}
