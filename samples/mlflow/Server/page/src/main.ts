// SPDX-License-Identifier: MIT
// Shows the part of the page that its address names.
import { element } from "./element";
import { experimentsView } from "./experiments";
import { promptsView } from "./prompts";

const views: Record<string, () => HTMLElement | Promise<HTMLElement>> = {
  "#experiments": experimentsView,
  "#prompts": promptsView,
  "#settings": settingsView,
};

let latest = 0;

function settingsView(): HTMLElement {
  return element(
    "section",
    {},
    element("h1", {}, "Settings"),
    element("h2", {}, "Usage data"),
    document.createElement("tallymark-toggle"),
  );
}

async function show(): Promise<void> {
  const name = location.hash in views ? location.hash : "#experiments";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const view = views[name];
  if (!view) return;
  const asked = ++latest;
  const content = await fetched(view);
  // An answer that comes after the person has gone on is not shown.
  if (asked === latest) document.querySelector("main")?.replaceChildren(content);
}

async function fetched(view: () => HTMLElement | Promise<HTMLElement>): Promise<HTMLElement> {
  try {
    return await view();
  } catch (error) {
    const reason = error instanceof Error ? error.message : `${error}`;
    return element("p", { role: "alert" }, `The server said: ${reason}`);
  }
}

addEventListener("hashchange", show);
await show();
