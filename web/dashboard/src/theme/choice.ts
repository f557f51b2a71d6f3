// SPDX-License-Identifier: MIT
// The reader's theme: stored in this browser only, and set on the document for the style sheet.

export type Theme = "light" | "dark";

const key = "tallymark-theme";

/** The theme that the reader chose; undefined if the page follows the system. */
export function chosenTheme(): Theme | undefined {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : undefined;
}

export function systemTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Shows the theme now, and next time if the browser allows storage. */
export function keepTheme(theme: Theme | undefined): void {
  show(theme);
  try {
    if (theme === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // Storage is disabled: the choice lasts as long as the page.
  }
}

export function restoreTheme(): void {
  try {
    const kept = localStorage.getItem(key);
    if (kept === "light" || kept === "dark") show(kept);
  } catch {
    // Storage is disabled: the page follows the system.
  }
}

function show(theme: Theme | undefined): void {
  if (theme === undefined) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
