// SPDX-License-Identifier: MIT
// The component type of an element.

const known = /^(button|link|input|textarea|select|radio|checkbox|switch|dialog|tab|alert|banner)$/;
const alias: Record<string, string> = { a: "link", submit: "button", reset: "button", image: "button" };

/** `data-tally-type` as it is; else from the role, the `type` of a control, or the tag; else `other`. */
export function componentType(element: Element): string {
  const role = element.getAttribute("role");
  const type = (element as HTMLInputElement).type;
  return (
    element.getAttribute("data-tally-type") ??
    [role, type, element.localName].map((name) => alias[name ?? ""] ?? name).find((name) => known.test(name ?? "")) ??
    "other"
  );
}
