// SPDX-License-Identifier: MIT
// The button that switches between light and dark. A choice equal to the system's theme is not stored.
import { chosenTheme, keepTheme, systemTheme, type Theme } from "./choice";

export function offerThemes(button: HTMLButtonElement): void {
  const show = (): void => {
    const next = other(chosenTheme() ?? systemTheme());
    button.textContent = next === "dark" ? "Dark" : "Light";
    button.setAttribute("aria-label", next === "dark" ? "Dark theme" : "Light theme");
  };
  button.addEventListener("click", () => {
    const next = other(chosenTheme() ?? systemTheme());
    keepTheme(next === systemTheme() ? undefined : next);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}

function other(theme: Theme): Theme {
  return theme === "dark" ? "light" : "dark";
}
