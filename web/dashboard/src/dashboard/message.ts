// SPDX-License-Identifier: MIT
// What stands in the place of charts where there are none to show.
import { element } from "../page/element";

export function message(title: string, text: string, kind: "empty" | "problem" = "empty"): HTMLElement {
  const role = kind === "problem" ? "alert" : undefined;
  return element("section", { class: `message ${kind}`, role }, element("h2", {}, title), element("p", {}, text));
}

export function nothingPublished(tool: string): HTMLElement {
  const made = message(
    "Nothing is published yet",
    "A period's files appear here some time after its end. Whoever runs the collector can look into the open period with",
  );
  made.append(
    element(
      "pre",
      {},
      element("code", {}, `tallymark publish --tool ${tool} --period YEAR-qQUARTER --provisional --to FOLDER`),
    ),
    element("p", {}, "where FOLDER is the one that this page's server shows as ", element("code", {}, "public/"), "."),
  );
  return made;
}
