// SPDX-License-Identifier: MIT
// One bar for each value: the value on its left, its count after it, its share at the right edge. There is no axis.
import { barX, plot, text } from "@observablehq/plot";
import { grouped, share } from "../page/words";
import { chartStyle, fitted, ink, widest } from "./ink";
import type { Slice } from "./tally";

const rowHeight = 26; // pixels
const gap = 8;

let patterns = 0;

/**
 * Draws the slices in their order. Bars start at zero, and their lengths are proportional to their counts.
 * @param whole the total for the shares, even if not all slices are drawn.
 */
export function drawBars(slices: readonly Slice[], whole: number, width: number, label: string): SVGElement {
  const counts = widest(slices.map((slice) => grouped(slice.count)));
  const shares = widest(slices.map((slice) => share(slice.count, whole)));
  const labels = Math.min(widest(slices.map((slice) => slice.value)), Math.floor(width * 0.38));
  const hatch = `hatch-${++patterns}`;
  const drawn = plot({
    width,
    height: slices.length * rowHeight,
    marginLeft: labels + gap,
    marginRight: counts + shares + 3 * gap,
    marginTop: 0,
    marginBottom: 0,
    style: chartStyle,
    x: { axis: null, domain: [0, Math.max(1, ...slices.map((slice) => slice.count))] },
    y: { axis: null, type: "band", domain: slices.map((slice) => slice.value), padding: 0.34 },
    marks: [
      () => hatching(hatch),
      ...[false, true].flatMap((other) => {
        const these = slices.filter((slice) => slice.other === other);
        return [
          barX(these, {
            x: "count",
            y: "value",
            fill: other ? `url(#${hatch})` : ink.bar,
            className: other ? "bars-other" : "bars-values",
          }),
          text(these, {
            y: "value",
            text: (slice: Slice) => fitted(slice.value, labels),
            title: "value",
            frameAnchor: "left",
            textAnchor: "end",
            dx: -gap,
            fill: other ? ink.muted : ink.text,
            fontStyle: other ? "italic" : "normal",
          }),
        ];
      }),
      text(slices, {
        x: "count",
        y: "value",
        text: (slice: Slice) => grouped(slice.count),
        textAnchor: "start",
        dx: gap,
        fill: ink.text,
      }),
      text(slices, {
        y: "value",
        text: (slice: Slice) => share(slice.count, whole),
        frameAnchor: "right",
        textAnchor: "end",
        dx: counts + shares + 3 * gap,
        fill: ink.muted,
      }),
    ],
  });
  return asImage(drawn, label);
}

/** Presents a chart to a screen reader as one image with one name; the numbers are in the table beside it. */
export function asImage(drawn: Element, label: string): SVGElement {
  if (!(drawn instanceof SVGElement)) throw new Error("A chart without legend is one SVG element");
  // Plot adds a <style> that the page's policy forbids; theme/base.css has the same rules.
  for (const style of drawn.querySelectorAll("style")) style.remove();
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", label);
  return drawn;
}

function hatching(id: string): SVGElement {
  const lines = part("path", { d: "M-1,7L7,-1M-1,1L1,-1M5,7L7,5", stroke: ink.muted, "stroke-width": "1.2" });
  const pattern = part("pattern", { id, width: "6", height: "6", patternUnits: "userSpaceOnUse" });
  const back = part("rect", { width: "6", height: "6", fill: "var(--other)" });
  pattern.append(back, lines);
  const definitions = part("defs", {});
  definitions.append(pattern);
  return definitions;
}

function part(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
