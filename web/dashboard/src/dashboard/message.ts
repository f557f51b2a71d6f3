// SPDX-License-Identifier: MIT
// Messages shown instead of charts.
import { element } from "../page/element";

export function message(title: string, text: string, kind: "empty" | "problem" = "empty"): HTMLElement {
  const role = kind === "problem" ? "alert" : undefined;
  return element("section", { class: `message ${kind}`, role }, element("h2", {}, title), element("p", {}, text));
}

export function nothingPublished(tool: string): HTMLElement {
  const made = message(
    "Nothing is published yet",
    "The days of a period appear here 60 days after they ended. The operator publishes them with",
  );
  made.append(
    element(
      "pre",
      {},
      element("code", {}, `tallymark publish --tool ${tool} --period YEAR-qQUARTER --provisional --to FOLDER`),
    ),
    element("p", {}, "FOLDER is the folder that this server publishes as ", element("code", {}, "public/"), "."),
  );
  return made;
}
