// SPDX-License-Identifier: MIT
// The token of this tab: gone when the tab is closed, never in an address, a cookie or the browser's lasting storage.

const key = "tallymark-token";

let held: string | undefined; // where the browser keeps nothing, the token lives as long as the page

export function keptToken(): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? held;
  } catch {
    return held;
  }
}

export function keepToken(token: string | undefined): void {
  held = token;
  try {
    if (token === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, token);
  } catch {
    // Storage is switched off: it is held above.
  }
}
