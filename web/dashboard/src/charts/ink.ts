// SPDX-License-Identifier: MIT
// Shared by all charts: colours that follow the theme, the text style, and the width of a text.
import type { PlotOptions } from "@observablehq/plot";

/** Variables of theme/base.css, so that a chart follows the theme without being redrawn. */
export const ink = {
  text: "var(--ink)",
  muted: "var(--muted)",
  line: "var(--line)",
  bar: "var(--bar)",
  paper: "var(--paper)",
  bad: "var(--bad)",
} as const;

export const fontSize = 13; // pixels; margins are computed from it

export const chartStyle: NonNullable<PlotOptions["style"]> = {
  fontSize: `${fontSize}px`,
  fontFamily: "inherit",
  fontVariant: "tabular-nums",
  background: "transparent",
  overflow: "visible",
};

let measure: CanvasRenderingContext2D | null | undefined;

/** Width in pixels of the widest text, in the page's font at a chart's size. */
export function widest(texts: Iterable<string>): number {
  measure ??= document.createElement("canvas").getContext("2d");
  if (measure === null) return fontSize * 8; // without a canvas: wide enough for most labels
  measure.font = `${fontSize}px ${getComputedStyle(document.body).fontFamily}`;
  let width = 0;
  for (const text of texts) width = Math.max(width, measure.measureText(text).width);
  return Math.ceil(width);
}

/** The text, or the beginning of it that fits with an ellipsis. */
export function fitted(text: string, width: number): string {
  if (widest([text]) <= width) return text;
  let kept = text.length - 1;
  while (kept > 1 && widest([`${text.slice(0, kept)}…`]) > width) kept--;
  return `${text.slice(0, kept).trimEnd()}…`;
}

/** Round steps from zero up to `largest`: whole numbers, at most `maxCount` besides zero. */
export function steps(largest: number, maxCount: number): number[] {
  const minStep = Math.max(1, largest / maxCount);
  const power = 10 ** Math.floor(Math.log10(minStep));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= minStep) ?? minStep;
  const made = [0];
  for (let at = step; at <= largest; at += step) made.push(at);
  return made;
}
