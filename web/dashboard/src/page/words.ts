// SPDX-License-Identifier: MIT
// Formats numbers, days, periods and names: the same for every reader, in every browser language.

const thinSpace = "\u202f";
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Digits in groups of three, separated by a narrow no-break space: `12 345`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, thinSpace);
}

/** A part of a whole in percent, rounded so that only none is 0% and only all is 100%. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0%";
  if (part === whole) return "100%";
  const percent = (part / whole) * 100;
  if (percent < 1) return "<1%";
  if (percent > 99) return ">99%";
  return `${Math.round(percent)}%`;
}

/** `1 event`, `12 345 events`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `2026-11-20` as `20 Nov 2026`; any other text is returned unchanged. */
export function dayText(day: string, withYear = true): string {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  const name = months[Number(month) - 1];
  if (name === undefined) return day;
  return withYear ? `${Number(date)} ${name} ${year}` : `${Number(date)} ${name}`;
}

/** `2026-q4` as `Q4 2026`; any other text is returned unchanged. */
export function periodText(period: string): string {
  const [, year, quarter] = /^(\d{4})-q([1-4])$/.exec(period) ?? [];
  return quarter === undefined ? period : `Q${quarter} ${year}`;
}

/** A time as `20 Nov 2026, 10:51 UTC`; any other text is returned unchanged. */
export function timeText(written: string): string {
  const time = Date.parse(written);
  if (Number.isNaN(time)) return written;
  const text = new Date(time).toISOString();
  return `${dayText(text.slice(0, 10))}, ${text.slice(11, 16)} UTC`;
}

/** A column's name as words: `OSFamily` as `OS family`, `exit_code` as `exit code`. */
export function spoken(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3 $2$4")
    .split(/[\s_-]+/)
    .filter((word) => word !== "");
  return words.map((word) => (/^[A-Z][A-Z0-9]+$/.test(word) ? word : word.toLowerCase())).join(" ");
}
