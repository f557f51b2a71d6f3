// SPDX-License-Identifier: MIT
// Builds elements without innerHTML: names and texts of users are never markup.
import type { ComponentId } from "./component-ids";

/** An element with properties and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Lets an element's use be recorded under an id of the manifest; a misspelt one does not compile. */
export function tallied<Made extends HTMLElement>(id: ComponentId, made: Made, type?: "alert"): Made {
  made.dataset["tally"] = id;
  if (type) made.dataset["tallyType"] = type;
  return made;
}
