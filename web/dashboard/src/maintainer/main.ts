// SPDX-License-Identifier: MIT
// The maintainer's page: asks for a token, then shows the last minute of one tool while the tab is visible.
import "../theme/base.css";
import "./maintainer.css";
import { byId, element } from "../page/element";
import { FormatError } from "../published/json";
import { offerThemes } from "../theme/toggle";
import { Board } from "./board";
import { Collector, NoAnswer, TokenRefused, type Tool } from "./collector";
import type { Live } from "./live";
import { Pulse } from "./pulse";
import { keepToken, keptToken } from "./token";

const form = byId("entry", HTMLFormElement);
const input = byId("token", HTMLInputElement);
const refusal = byId("refusal", HTMLElement);
const view = byId("view", HTMLElement);
const state = byId("state", HTMLElement);
const toolPicker = byId("tool", HTMLSelectElement);
const board = new Board();

let collector: Collector | undefined;
let lastAnswer: string | undefined;
const pulse = new Pulse(ask, () => say("paused", "Paused while this tab is hidden."));

offerThemes(byId("theme", HTMLButtonElement));
byId("unsafe", HTMLElement).hidden = location.protocol === "https:" || isLoopback(location.hostname);
form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  keepToken(input.value.trim());
  input.value = "";
  watch();
});
byId("forget", HTMLButtonElement).addEventListener("click", () => signOut());
toolPicker.addEventListener("change", () => {
  const address = new URL(location.href);
  address.searchParams.set("tool", toolPicker.value);
  history.replaceState(null, "", address);
  board.clear();
  watch();
});
if (keptToken() === undefined) signOut();
else watch();

/** Starts again with the kept token. */
function watch(): void {
  const token = keptToken();
  if (token === undefined) {
    signOut();
    return;
  }
  pulse.stop();
  collector = new Collector(new URL(".", document.baseURI), token);
  lastAnswer = undefined;
  form.hidden = true;
  refusal.textContent = "";
  view.hidden = false;
  say("connecting", "Connecting to the collector…");
  pulse.start();
}

/** Forgets the token and asks for another. */
function signOut(why = ""): void {
  pulse.stop();
  keepToken(undefined);
  collector = undefined;
  toolPicker.replaceChildren();
  board.clear();
  view.hidden = true;
  form.hidden = false;
  refusal.textContent = why;
  input.focus();
}

/** One request. The result is shown even if it is an error; only a refused token ends the polling. */
async function ask(signal: AbortSignal): Promise<void> {
  if (collector === undefined) return;
  try {
    if (toolPicker.options.length === 0) {
      const tools = await collector.tools(signal);
      if (!signal.aborted) fill(tools);
    }
    const tool = toolPicker.value;
    const live = tool === "" ? undefined : await collector.live(tool, signal);
    if (!signal.aborted) show(live);
  } catch (error) {
    if (!signal.aborted) explain(error);
  }
}

function fill(tools: readonly Tool[]): void {
  toolPicker.replaceChildren(...tools.map(({ tool, title }) => element("option", { value: tool }, title)));
  byId("tool-choice", HTMLElement).hidden = tools.length < 2;
  const wanted = new URLSearchParams(location.search).get("tool");
  if (tools.some(({ tool }) => tool === wanted)) toolPicker.value = wanted ?? "";
}

function show(live: Live | undefined): void {
  if (live === undefined) {
    say("empty", "The collector has no tools yet. Add a manifest to its manifests folder.");
    return;
  }
  lastAnswer = `${live.now.slice(11, 19)} UTC`;
  byId("title", HTMLElement).textContent = `${live.title}: last minute`;
  board.show(live);
  const quiet = live.seconds.every((second) => second.events.size === 0);
  if (live.totals.received === 0) say("empty", "No events received yet. Waiting.");
  else if (quiet) say("quiet", "No events in the last minute. Waiting.");
  else say("live", "Live.");
}

function explain(error: unknown): void {
  if (error instanceof TokenRefused) {
    signOut("Invalid token.");
    return;
  }
  const since = lastAnswer === undefined ? "" : ` The numbers below are from ${lastAnswer}.`;
  if (error instanceof NoAnswer) say("unreachable", `${error.message}. Retrying every second.${since}`);
  else if (error instanceof FormatError)
    say("unreadable", `${error.message}. If the collector was updated, reload this page.${since}`);
  else {
    console.error(error);
    say("unreadable", `This page failed. See the browser console for details.${since}`);
  }
}

/** Shows a state. An unchanged text is not set again, so that a screen reader does not repeat it every second. */
function say(kind: string, text: string): void {
  if (state.textContent !== text) state.textContent = text;
  state.dataset["state"] = kind;
  view.dataset["state"] = kind;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || /^127\.|^\[::1\]$/.test(host);
}
