// SPDX-License-Identifier: MIT
// The server's settings: whether it allows recording now, and the notice.
import { ask } from "./relay.js";

/** The server's consent is on; it is the ceiling for every page. */
export interface Allowed {
  readonly tool: string;
  /** The tool's name for people. */
  readonly title: string;
  readonly on: true;
  /** Names what a person agrees to: 16 hexadecimal digits. */
  readonly scope: string;
  /** The text that a person has to see first. */
  readonly notice: string;
  /** Where to read more. */
  readonly more: string | null;
  /** Where to report a suspected leak. */
  readonly contact: string;
}

/** Nothing may be recorded. */
export interface Refused {
  readonly tool?: string;
  readonly title?: string;
  readonly on: false;
  readonly why: "server" | "unreachable";
}

export type Settings = Allowed | Refused;

/** Asks the relay. A reply of any other form counts as no reply. Never throws. */
export async function fetchSettings(base: string): Promise<Settings> {
  try {
    const reply = await ask(`${base}settings`);
    const settings = (await reply.json()) as Settings;
    if (reply.ok && (settings.on ? settings.tool && settings.scope && settings.notice : settings.why)) return settings;
  } catch {
    // Offline, not JSON, another status: the same as below.
  }
  return { on: false, why: "unreachable" };
}
