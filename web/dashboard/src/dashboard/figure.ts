// SPDX-License-Identifier: MIT
// A chart with its title, its dataset's name, its notes, and a button that shows the same numbers as a table.
import { element } from "../page/element";

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

/** A chart with so many bars that some are drawn only on request. */
export interface Expandable {
  readonly label: string;
  expand(): void;
}

export function figureOf(chart: Chart, expandable?: Expandable): HTMLElement {
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
    const more = expandable && element("button", { type: "button", class: "more" }, expandable.label);
    more?.addEventListener("click", () => {
      expandable?.expand();
      expandable = undefined;
      drawnAt = 0;
      redraw();
      toggle.focus(); // the focused button was removed
    });
    drawing.replaceChildren(chart.draw(width), ...(more ? [more] : []));
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

function tableOf({ name, table }: Chart): HTMLElement {
  const head = element("tr", {}, ...table.headings.map((heading) => element("th", { scope: "col" }, heading)));
  const body = table.rows.map(([first = "", ...rest]) =>
    element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell))),
  );
  return element(
    "div",
    { class: "table", role: "region", tabindex: "0", "aria-label": `Table: ${name}` },
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
  );
}
