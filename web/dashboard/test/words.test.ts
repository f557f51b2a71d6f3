// SPDX-License-Identifier: MIT
// The format of numbers, days and names.
import { expect, test } from "vitest";
import { counted, dayText, grouped, periodText, share, spoken, timeText } from "../src/page/words";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1\u202f000"],
  [12345, "12\u202f345"],
  [1234567, "1\u202f234\u202f567"],
  [Number.MAX_SAFE_INTEGER, "9\u202f007\u202f199\u202f254\u202f740\u202f991"],
])("The digits of %i are grouped", (count, text) => {
  expect(grouped(count)).toBe(text);
});

test.each([
  [0, 10, "0%"],
  [10, 10, "100%"],
  [1, 1000, "<1%"],
  [999, 1000, ">99%"],
  [1, 3, "33%"],
  [2, 3, "67%"],
  [0, 0, "0%"],
])("The share of %i in %i is 0%% only for none and 100%% only for all", (part, whole, text) => {
  expect(share(part, whole)).toBe(text);
});

test("One is singular, any other count plural", () => {
  expect(counted(1, "day")).toBe("1 day");
  expect(counted(0, "day")).toBe("0 days");
  expect(counted(1200, "event")).toBe("1\u202f200 events");
});

test("Days, periods and times are formatted, and any other text is unchanged", () => {
  expect(dayText("2026-11-20")).toBe("20 Nov 2026");
  expect(dayText("2026-03-01", false)).toBe("1 Mar");
  expect(dayText("soon")).toBe("soon");
  expect(periodText("2026-q4")).toBe("Q4 2026");
  expect(periodText("2026-w07")).toBe("2026-w07");
  expect(timeText("2026-11-20T10:51:21Z")).toBe("20 Nov 2026, 10:51 UTC");
  expect(timeText("soon")).toBe("soon");
});

test.each([
  ["Command", "command"],
  ["OSFamily", "OS family"],
  ["ExitCode", "exit code"],
  ["os_version", "os version"],
  ["CPU", "CPU"],
])("The column %s is called %s", (name, text) => {
  expect(spoken(name)).toBe(text);
});
