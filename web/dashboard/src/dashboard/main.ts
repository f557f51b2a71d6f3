// SPDX-License-Identifier: MIT
// The public dashboard. It reads the published folder beside the page and nothing else.
import "../theme/base.css";
import "./dashboard.css";
import { byId, element } from "../page/element";
import { periodText } from "../page/words";
import { FileError, PublishedFolder } from "../published/folder";
import type { Period, Tool } from "../published/index";
import { FormatError } from "../published/json";
import { offerThemes } from "../theme/toggle";
import { message, nothingPublished } from "./message";
import { readPeriod } from "./period";

const folder = new PublishedFolder(new URL("public/", document.baseURI));
const toolPicker = byId("tool", HTMLSelectElement);
const periodPicker = byId("period", HTMLSelectElement);
const content = byId("content", HTMLElement);

let latestChoice = 0; // incremented by every choice, so that the result of an older one is discarded

offerThemes(byId("theme", HTMLButtonElement));
void shown(start);

async function start(): Promise<readonly Node[]> {
  const tools = await folder.tools();
  if (tools.length === 0) return [nothingPublished("TOOL")];
  fill(toolPicker, tools, (tool) => [tool.tool, tool.title]);
  toolPicker.addEventListener("change", () => {
    const chosen = tools[toolPicker.selectedIndex];
    if (chosen) void shown(() => showTool(chosen));
  });
  const asked = query("tool");
  byId("tool-choice", HTMLElement).hidden = tools.length === 1 && asked === null;
  const tool = asked === null ? tools[0] : tools.find((known) => known.tool === asked);
  if (tool) return showTool(tool);
  toolPicker.selectedIndex = -1;
  return [message("Unknown tool", `Nothing is published here for “${asked}”. Choose a tool above.`)];
}

async function showTool(tool: Tool): Promise<readonly Node[]> {
  const choice = byId("period-choice", HTMLElement);
  choice.hidden = true;
  toolPicker.value = tool.tool;
  byId("title", HTMLElement).textContent = `How ${tool.title} is used`;
  document.title = `How ${tool.title} is used · Tallymark`;
  const periods = await folder.periods(tool.tool);
  const period =
    periods.find(({ id }) => id === query("period")) ??
    periods.find(({ period }) => `${period}-provisional` === query("period")) ?? // it has been released
    periods.find(({ provisional }) => !provisional) ??
    periods[0];
  if (period === undefined) return [nothingPublished(tool.tool)];
  choice.hidden = false;
  fill(periodPicker, periods, ({ id, period, provisional }) => [
    id,
    provisional ? `${periodText(period)} (open)` : periodText(period),
  ]);
  periodPicker.onchange = () => {
    const chosen = periods[periodPicker.selectedIndex];
    if (chosen) void shown(() => showPeriod(tool, chosen));
  };
  return showPeriod(tool, period);
}

async function showPeriod(tool: Tool, period: Period): Promise<readonly Node[]> {
  periodPicker.value = period.id;
  const address = new URL(location.href);
  address.searchParams.set("tool", tool.tool);
  address.searchParams.set("period", period.id);
  history.replaceState(null, "", address);
  return readPeriod(folder, tool, period);
}

/** Shows the result of `work`, or a message about its failure: never an empty page. */
async function shown(work: () => Promise<readonly Node[]>): Promise<void> {
  const choice = ++latestChoice;
  content.setAttribute("aria-busy", "true");
  let nodes: readonly Node[];
  try {
    nodes = await work();
  } catch (error) {
    nodes = [explain(error)];
  }
  if (choice !== latestChoice) return;
  content.replaceChildren(...nodes);
  content.removeAttribute("aria-busy");
  byId("status", HTMLElement).textContent = "";
  // The page was still empty when the browser looked for the anchor in the address.
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

function explain(error: unknown): HTMLElement {
  if (error instanceof FileError && error.missing) return nothingPublished("TOOL");
  if (error instanceof FileError) return message("Can't read the published files", `${error.message}.`, "problem");
  if (error instanceof FormatError) return message("A published file is damaged", `${error.message}.`, "problem");
  console.error(error);
  return message("This page failed", "See the browser console for details.", "problem");
}

function query(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

function fill<T>(picker: HTMLSelectElement, items: readonly T[], option: (item: T) => [value: string, label: string]) {
  const options = items.map((item) => {
    const [value, label] = option(item);
    return element("option", { value }, label);
  });
  picker.replaceChildren(...options);
}
