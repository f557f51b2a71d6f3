// SPDX-License-Identifier: MIT
// The notice and its links, as both elements show them.
import { build } from "./build.js";
import type { Settings } from "./settings.js";

/** Nothing without settings that allow recording. */
export function noticeOf(settings: Settings | undefined): Node[] {
  if (!settings?.on) return [];
  const links = [link("Read more", settings.more), link("Report a leak", settings.contact)];
  return [build("p", {}, settings.notice), build("p", {}, ...links.flat())];
}

function link(text: string, href: string | null): Node[] {
  return /^(https?|mailto):/.test(href ?? "")
    ? [build("a", { href: String(href), target: "_blank", rel: "noreferrer" }, text)]
    : [];
}
