// SPDX-License-Identifier: MIT
// The SDK for web pages: puts the parts together, and starts by itself if a script element of the page loaded it.
import { reasonOff, type Why } from "./consent.js";
import { type Device, openDevice } from "./device.js";
import { recordId, uuid } from "./ids.js";
import { openLease } from "./lease.js";
import { firstPause, maxPause, maxRecord } from "./limits.js";
import { type Observer, openObserver } from "./observe.js";
import { openQueue, type Queue } from "./queue.js";
import { openSender, type Sender } from "./sender.js";
import { fetchSettings, type Settings } from "./settings.js";
import { now } from "./time.js";

export type { Allowed, Refused, Settings } from "./settings.js";
export type { Why };

/** The kinds of interaction. Of a changed value, only that it changed is recorded. */
export type EventType = "onView" | "onClick" | "onValueChange";

/** The telemetry of this page, with the component ids of the manifest. After `start`, no member throws. */
export interface Tally<Id extends string = string> {
  /** Why nothing is recorded; undefined: it is. Cost: three reads of localStorage. */
  readonly why: Why | undefined;
  /** The last answer of the server; undefined before the first one. */
  readonly settings: Settings | undefined;
  /**
   * Records an interaction with a component that can't carry `data-tally`. Does nothing while `why` has a reason.
   * `type` is the component's type, by default `other`. `view` is the UUID of one rendering of the component; the
   * default is a new one.
   */
  record(component: Id, event: EventType, type?: string, view?: string): void;
  /**
   * A person has read `settings.notice` here and agrees: recording begins. Only for the reasons `notice`, `device`.
   * `scope` is the `settings.scope` of the notice that was shown. Does nothing if it is another one by now.
   */
  turnOn(scope?: string): void;
  /** A person refuses on this device. Removes everything that is stored on it except the refusal. */
  turnOff(): void;
  /** Calls the listener when `why` or `settings` may have changed. Returns a function that ends this. */
  watch(listener: () => void): () => void;
}

/** Settings of `start`. */
export interface Options {
  /** The folder of the relay, relative to the page. Default: the folder of this script. */
  readonly relay?: string;
}

const idForm = /^[\w.+:/@-]{1,64}$/;
const running = Symbol.for("tallymark");

const listeners = new Set<() => void>();
let base: string | undefined;
let settings: Settings | undefined;
let device: Device | undefined;
let queue: Queue | undefined;
let sender: Sender | undefined;
let observer: Observer | undefined;
let blocked = false;
let loads = 0;
let pause = 0;
let retry: ReturnType<typeof setTimeout> | undefined;

/** This page's telemetry, before and after `start`. */
export const tally: Tally = {
  get why() {
    return reasonOff(settings, device) ?? (blocked ? "unreachable" : undefined);
  },
  get settings() {
    return settings;
  },
  record,
  turnOn(scope) {
    const current = settings?.on ? settings.scope : undefined;
    if (current && (scope ?? current) === current && ["notice", "device"].includes(tally.why ?? "")) {
      device?.set("seen", current);
      device?.remove("off");
    }
    changed(); // also if it refuses: what the page shows is out of date then
    sender?.send();
  },
  turnOff() {
    forget(); // first: a full storage has room for the refusal then
    device?.set("off", "1");
    changed();
  },
  watch(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** `tally.record` for code that has no `Tally`. */
export function record<Id extends string = string>(
  component: NoInfer<Id>,
  event: EventType,
  type = "other",
  view = uuid(),
): void {
  if (tally.why || !idForm.test(component)) return;
  const time = now();
  const id = recordId();
  const text = JSON.stringify({ id, component, event, type, view });
  if (text.length > maxRecord) return;
  queue?.add(time, id, `${text.slice(0, -1)},"time":${time}}`);
  if (tally.why)
    changed(); // the storage is full
  else sender?.added();
}

/**
 * Starts: asks the relay for its settings, and observes the page once a person has seen the notice. A second call
 * returns the same object. Throws if another copy of this script was started, since both would count.
 */
export function start<Id extends string = string>({ relay }: Options = {}): Tally<Id> {
  if (base) return tally;
  const page = globalThis as { [running]?: true };
  if (page[running]) throw new Error("Tallymark is loaded twice");
  base = relay ? new URL(relay.replace(/\/?$/, "/"), document.baseURI).href : new URL(".", import.meta.url).href;
  page[running] = true;
  observer = openObserver(record);
  addEventListener("storage", ({ key, newValue }) => {
    // Another page has turned it off. This one can have written at the same moment.
    if (newValue && key?.endsWith(".off") && device?.get("off")) forget();
    if (!key || /\.(seen|off)$/.test(key)) changed();
  });
  addEventListener("online", wake);
  // "Back" can show a page that was kept in memory. It got no storage events there.
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  document.addEventListener("visibilitychange", wake);
  addEventListener("pagehide", () => sender?.leave());
  load(base);
  return tally;
}

async function load(relay: string): Promise<void> {
  clearTimeout(retry);
  const number = ++loads;
  const answer = await fetchSettings(relay);
  if (number !== loads) return; // an older answer, which came late
  settings = answer;
  pause = settings.tool ? 0 : Math.min(pause * 2 || firstPause, maxPause);
  if (pause) retry = setTimeout(wake, pause * (0.75 + Math.random() / 2));
  if (settings.tool && !device) open(relay, settings.tool);
  changed();
  sender?.send();
}

function open(relay: string, tool: string): void {
  device = openDevice(tool);
  queue = openQueue(device);
  sender = openSender(relay, device, queue, openLease(device), {
    scope() {
      const why = reasonOff(settings, device); // also while it is blocked: to find out when that ends
      if (!settings?.on || (why && why !== "full")) return undefined;
      return device?.get("seen") === settings.scope ? settings.scope : undefined;
    },
    refused() {
      queue?.clear();
      loads++; // settings that were asked for before this answer
      settings = { ...settings, on: false, why: "server" };
      changed();
    },
    blocked(is) {
      if (is === blocked) return;
      blocked = is;
      changed();
    },
    outdated: () => load(relay),
  });
}

/** Removes everything that is stored on this device except a refusal. */
function forget(): void {
  for (const name of device?.names("") ?? []) if (name !== "off") device?.remove(name);
}

/** The page is shown, visible or online again. */
function wake(): void {
  changed();
  if (document.hidden || !base) return;
  if (settings && !settings.on) load(base);
  else sender?.send();
}

function changed(): void {
  if (tally.why) observer?.stop();
  else observer?.start();
  for (const listener of listeners) listener();
}

// A bundle that contains this module has another name, and its page calls start. elements.js imports this file.
if (
  /\/tally\.js/.test(import.meta.url) &&
  globalThis.document?.querySelector('script[src*="tally.js"], script[src*="elements.js"]')
)
  start();
