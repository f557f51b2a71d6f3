// SPDX-License-Identifier: MIT
// The component type is one of a closed list, unless the page's author names another.
import { expect, test } from "vitest";
import { componentType } from "../src/component.js";

function element(localName: string, attributes: Record<string, string> = {}, type?: string): Element {
  return { localName, type, getAttribute: (name: string) => attributes[name] ?? null } as unknown as Element;
}

test.each([
  [element("button", {}, "submit"), "button"],
  [element("a", {}, ""), "link"],
  [element("input", {}, "text"), "input"],
  [element("input", {}, "password"), "input"],
  [element("input", {}, "checkbox"), "checkbox"],
  [element("input", {}, "radio"), "radio"],
  [element("input", {}, "submit"), "button"],
  [element("input", { role: "switch" }, "checkbox"), "switch"],
  [element("input", { role: "combobox" }, "text"), "input"],
  [element("textarea", {}, "textarea"), "textarea"],
  [element("select", {}, "select-one"), "select"],
  [element("dialog"), "dialog"],
  [element("div", { role: "tab" }), "tab"],
  [element("div", { role: "alert" }), "alert"],
  [element("div", { role: "menuitem" }), "other"],
  [element("acme-secret-widget"), "other"],
  [element("div", { "data-tally-type": "card" }), "card"],
])("%o", (given, type) => {
  expect(componentType(given)).toBe(type);
});
