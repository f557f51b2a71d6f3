// SPDX-License-Identifier: MIT
// Events per day, one bar for each day. A day without a bar was not published, which is different from zero.
import { axisX, axisY, gridY, plot, pointerX, rectY, text, tip } from "@observablehq/plot";
import { dayText, grouped } from "../page/words";
import type { Metadata } from "../published/index";
import { asImage } from "./bars";
import { chartStyle, ink, steps, widest } from "./ink";
import type { DayCount } from "./tally";

const oneDay = 24 * 60 * 60 * 1000; // milliseconds
const minDays = 14; // fewer columns would look like blocks instead of days
const height = 150; // pixels

/** First and last day to draw, both drawn. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/**
 * The days that all charts of a period show: from the first day of any dataset to the last one that the files cover.
 */
export function spanOf(period: Metadata, days: Iterable<string>): Span {
  const to = period.through ?? period.to;
  const first = [...days].reduce((earliest, day) => (day < earliest ? day : earliest), to);
  const latestStart = dayBefore(to, minDays - 1);
  const from = latestStart < first ? latestStart : first;
  return { from: from < period.from ? period.from : from, to };
}

export function drawDays(days: readonly DayCount[], span: Span, width: number, label: string): SVGElement {
  const largest = Math.max(1, ...days.map((day) => day.count));
  const ticks = steps(largest, 3);
  const peak = days.find((day) => day.count === largest);
  const columns = days.map((day) => ({
    ...day,
    start: new Date(timeOf(day.day)),
    end: new Date(timeOf(day.day) + oneDay),
  }));
  const from = timeOf(span.from);
  const to = timeOf(span.to) + oneDay;
  const inset = Math.min(1, (width / ((to - from) / oneDay)) * 0.12);
  const drawn = plot({
    width,
    height,
    marginLeft: widest(ticks.map(grouped)) + 10,
    marginRight: 4,
    marginTop: 20,
    marginBottom: 34,
    style: chartStyle,
    x: { type: "utc", domain: [new Date(from), new Date(to)] },
    y: { domain: [0, largest] },
    marks: [
      gridY(ticks, { stroke: ink.line, strokeOpacity: 1 }),
      axisY(ticks, { label: null, tickSize: 0, tickPadding: 6, tickFormat: grouped, fill: ink.muted }),
      axisX(dayTicks(from, to, width), {
        label: null,
        tickSize: 4,
        tickFormat: (tick: Date) => dayText(tick.toISOString().slice(0, 10), false),
        fill: ink.muted,
        stroke: ink.line,
        textAnchor: "start",
        dx: -3,
      }),
      rectY(columns, {
        x1: "start",
        x2: "end",
        y: "count",
        insetLeft: inset,
        insetRight: inset,
        fill: ink.bar,
        className: "days-whole",
      }),
      text(peak ? [peak] : [], {
        x: (day: DayCount) => new Date(timeOf(day.day) + oneDay / 2),
        y: "count",
        text: (day: DayCount) => grouped(day.count),
        dy: -9,
        fill: ink.text,
        fontWeight: 600,
      }),
      tip(
        columns,
        pointerX({
          x: (day: DayCount) => new Date(timeOf(day.day) + oneDay / 2),
          y: "count",
          title: (day: DayCount) => `${dayText(day.day)}\n${grouped(day.count)}`,
          fill: ink.paper,
          stroke: ink.line,
        }),
      ),
    ],
  });
  return asImage(drawn, label);
}

/** Mondays or first days of months: as many as fit, and none so late that its text would not fit. */
function dayTicks(from: number, to: number, width: number): Date[] {
  const room = Math.max(2, Math.floor(width / 75));
  const days = Math.round((to - from) / oneDay);
  const last = days - Math.ceil((44 / width) * days);
  const all = Array.from({ length: last + 1 }, (_, at) => new Date(from + at * oneDay));
  const mondays = all.filter((day) => day.getUTCDay() === 1);
  if (mondays.length <= room) return mondays.length > 0 ? mondays : all.slice(0, 1);
  const halves = all.filter((day) => day.getUTCDate() === 1 || day.getUTCDate() === 15);
  return halves.length <= room ? halves : halves.filter((day) => day.getUTCDate() === 1);
}

function timeOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function dayBefore(day: string, days: number): string {
  return new Date(timeOf(day) - days * oneDay).toISOString().slice(0, 10);
}
