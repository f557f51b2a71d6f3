// SPDX-License-Identifier: MIT
// A chart with its title, its dataset's name, its notes, and a button that shows the same numbers as a table.
import { element } from "../page/element";
import { grouped } from "../page/words";

export interface Table {
  readonly headings: readonly string[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly string[])[];
}

export interface Chart {
  readonly title: string;
  /** The title with the dataset's, for a screen reader: unique on the page. */
  readonly name: string;
  readonly dataset: string;
  readonly column: string;
  readonly notes: readonly string[];
  readonly table: Table;
  /** Draws at this width in pixels. Called again when the width changes. */
  draw(width: number): Element;
}

/** A part of a chart or a table that is drawn only on request. */
export interface More {
  readonly label: string;
  draw(): void;
}

const tableStep = 500; // rows; ten thousand at once would stop the page for seconds

/** @param more the bars that are not drawn yet; undefined if all are. Asked after each drawing. */
export function figureOf(chart: Chart, more: () => More | undefined = () => undefined): HTMLElement {
  const drawing = element("div", { class: "drawing" });
  const table = tableOf(chart);
  table.hidden = true;
  const toggle = element(
    "button",
    { type: "button", class: "quiet", "aria-pressed": "false", "aria-label": `Table: ${chart.name}` },
    "Table",
  );
  toggle.addEventListener("click", () => {
    table.hidden = !table.hidden;
    drawing.hidden = !table.hidden;
    toggle.setAttribute("aria-pressed", String(!table.hidden));
  });

  let drawnAt = 0;
  const redraw = (): void => {
    const width = Math.floor(drawing.clientWidth);
    if (width === 0 || width === drawnAt) return; // hidden behind the table, or unchanged
    drawnAt = width;
    const left = more();
    const button = moreButton(left?.label);
    button?.addEventListener("click", () => {
      left?.draw();
      drawnAt = 0;
      redraw();
      (drawing.querySelector<HTMLElement>(".more") ?? toggle).focus(); // the focused button was removed
    });
    drawing.replaceChildren(chart.draw(width), ...(button ? [button] : []));
  };
  new ResizeObserver(redraw).observe(drawing);

  return element(
    "figure",
    { class: "chart", "data-dataset": chart.dataset, "data-column": chart.column },
    element("header", {}, element("h3", {}, chart.title), toggle),
    drawing,
    table,
    element(
      "figcaption",
      {},
      element("p", {}, "Dataset ", element("code", {}, chart.dataset), ", column ", element("code", {}, chart.column)),
      ...chart.notes.map((note) => element("p", {}, note)),
    ),
  );
}

function moreButton(label: string | undefined): HTMLElement | undefined {
  return label === undefined ? undefined : element("button", { type: "button", class: "more" }, label);
}

function tableOf({ name, table }: Chart): HTMLElement {
  const head = element("tr", {}, ...table.headings.map((heading) => element("th", { scope: "col" }, heading)));
  const body = element("tbody");
  const region = element(
    "div",
    { class: "table", role: "region", tabindex: "0", "aria-label": `Table: ${name}` },
    element("table", {}, element("thead", {}, head), body),
  );
  const append = (): void => {
    const from = body.rows.length;
    const rows = table.rows.slice(from, from + tableStep).map(rowOf);
    body.append(...rows);
    region.querySelector(".more")?.remove();
    const left = table.rows.length - body.rows.length;
    const button = left > 0 ? moreButton(stepLabel(tableStep, left, "rows")) : undefined;
    button?.addEventListener("click", () => {
      append();
      (region.querySelector<HTMLElement>(".more") ?? region).focus();
    });
    if (button) region.append(button);
  };
  append();
  return region;
}

function rowOf([first = "", ...rest]: readonly string[]): HTMLElement {
  return element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell)));
}

/** "Show 500 more of 49,500 rows", or "Show 12 more rows" if these are all. */
function stepLabel(step: number, left: number, what: string): string {
  return left > step ? `Show ${grouped(step)} more of ${grouped(left)} ${what}` : `Show ${grouped(left)} more ${what}`;
}
