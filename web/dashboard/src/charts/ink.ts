// SPDX-License-Identifier: MIT
// What all charts share: colours that follow the theme, the style of their text, and how wide a text is.
import type { PlotOptions } from "@observablehq/plot";

/** Names of theme/base.css: a chart follows the theme without being drawn again. */
export const ink = {
  text: "var(--ink)",
  muted: "var(--muted)",
  line: "var(--line)",
  bar: "var(--bar)",
  paper: "var(--paper)",
  bad: "var(--bad)",
} as const;

export const fontSize = 13; // pixels; margins are reckoned from it

export const chartStyle: NonNullable<PlotOptions["style"]> = {
  fontSize: `${fontSize}px`,
  fontFamily: "inherit",
  fontVariant: "tabular-nums",
  background: "transparent",
  overflow: "visible",
};

let measure: CanvasRenderingContext2D | null | undefined;

/** Width in pixels of the widest of the texts, as the page's font draws it in a chart. */
export function widest(texts: Iterable<string>): number {
  measure ??= document.createElement("canvas").getContext("2d");
  let width = 0;
  for (const text of texts) {
    if (measure === null) return fontSize * 8; // a browser that has no canvas: a guess that most labels fit into
    measure.font = `${fontSize}px ${getComputedStyle(document.body).fontFamily}`;
    width = Math.max(width, measure.measureText(text).width);
  }
  return Math.ceil(width);
}

/** The text, or as much of its beginning as fits with an ellipsis. */
export function fitted(text: string, width: number): string {
  if (widest([text]) <= width) return text;
  let kept = text.length - 1;
  while (kept > 1 && widest([`${text.slice(0, kept)}…`]) > width) kept--;
  return `${text.slice(0, kept).trimEnd()}…`;
}

/** Round steps from zero: at most `most` of them below or at `largest`, whole numbers only. */
export function steps(largest: number, most: number): number[] {
  const least = Math.max(1, largest / most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least) ?? least;
  const made = [0];
  for (let at = step; at <= largest; at += step) made.push(at);
  return made;
}
