// SPDX-License-Identifier: MIT
// The token of this tab. It is gone when the tab is closed, and never in an address, a cookie or permanent storage.

const key = "tallymark-token";

let held: string | undefined; // used if the browser stores nothing: the token then lasts as long as the page

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
    // Storage is disabled: `held` has the token.
  }
}
