// SPDX-License-Identifier: MIT
// A line chart of one metric over the steps of a run.
import type { Metric } from "./api";

const width = 640;
const height = 240;
const margin = 40;

/** The chart of a metric with at least one value. */
export function chart(values: readonly Metric[]): SVGSVGElement {
  const steps = values.map((metric) => metric.step);
  const levels = values.map((metric) => metric.value);
  const x = scale(steps, margin, width - margin);
  const y = scale(levels, height - margin, margin);
  const path = values.map((metric, at) => `${at === 0 ? "M" : "L"}${x(metric.step)},${y(metric.value)}`);
  const first = values[0]?.key ?? "";
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img" });
  drawing.setAttribute("aria-label", `${first}, steps ${Math.min(...steps)} to ${Math.max(...steps)}`);
  drawing.append(
    svg("line", { x1: margin, x2: width - margin, y1: height - margin, y2: height - margin }),
    svg("path", { d: path.join("") }),
    label(margin, height - margin + 16, `${Math.min(...steps)}`),
    label(width - margin, height - margin + 16, `${Math.max(...steps)}`),
    label(4, y(Math.max(...levels)), `${Math.max(...levels)}`),
    label(4, y(Math.min(...levels)), `${Math.min(...levels)}`),
  );
  return drawing;
}

/** Maps the range of the values to a range of pixels; equal values are in its middle. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  return (value) => Math.round(span === 0 ? (from + to) / 2 : from + ((value - low) / span) * (to - from));
}

function label(x: number, y: number, text: string): SVGElement {
  const made = svg("text", { x, y });
  made.textContent = text;
  return made;
}

function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, `${value}`);
  return made;
}
