// SPDX-License-Identifier: MIT
// The sentences below the toggle.
import type { Why } from "./consent.js";

/** Reasons that a person can't change on this page. The toggle is disabled, and says why. */
export const fixed: { readonly [why in Why]?: string } = {
  server: "Turned off for everyone on this server.",
  gpc: "Off, because your browser sends Global Privacy Control.",
  dnt: "Off, because your browser sends Do Not Track.",
  storage: "Off, because your browser does not keep your choice.",
  unreachable: "Off, because the server does not answer.",
};

export const full = "Nothing more is recorded, because your browser has no room. Its last records are still sent.";
export const on = "On for this browser. Your input is never sent.";
export const off = "Nothing is recorded until you turn it on.";
