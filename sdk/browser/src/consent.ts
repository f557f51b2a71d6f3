// SPDX-License-Identifier: MIT
// Whether something may be recorded now. The first reason against it wins.
import type { Device } from "./device.js";
import type { Settings } from "./settings.js";

/**
 * Why nothing is recorded:
 * - `gpc`, `dnt`: the browser sends Global Privacy Control or Do Not Track;
 * - `starting`: the settings have not come yet;
 * - `server`: telemetry is off on the server;
 * - `unreachable`: the settings can't be had, or the server takes this page for one of another site;
 * - `device`: a person turned it off on this device;
 * - `storage`: this browser can't keep a choice;
 * - `full`: this browser takes no more, but something is kept from before, which is still sent and can be turned off;
 * - `notice`: no person has seen the notice on this device.
 */
export type Why = "gpc" | "dnt" | "starting" | "server" | "unreachable" | "device" | "storage" | "full" | "notice";

/** undefined: it may be recorded. Cost: three reads of localStorage. */
export function reasonOff(settings: Settings | undefined, device: Device | undefined): Why | undefined {
  const browser = navigator as Navigator & { globalPrivacyControl?: boolean; doNotTrack?: string | null };
  if (browser.globalPrivacyControl) return "gpc";
  if (browser.doNotTrack === "1") return "dnt";
  if (!settings) return "starting";
  if (!settings.on) return settings.why;
  if (device?.get("off")) return "device";
  if (!device?.works()) return device?.names("").length ? "full" : "storage";
  if (device.get("seen") !== settings.scope) return "notice";
  return undefined;
}
