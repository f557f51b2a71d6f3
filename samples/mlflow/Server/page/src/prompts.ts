// SPDX-License-Identifier: MIT
// Prompts, and a dialog that creates one.
import { createPrompt, prompts } from "./api";
import { element, tallied } from "./element";
import { head } from "./experiments";

/** The list of prompts with the button "Create prompt". */
export async function promptsView(): Promise<HTMLElement> {
  const view = element("section");
  await fill(view, "");
  return view;
}

async function fill(view: HTMLElement, said: string): Promise<void> {
  const known = await prompts();
  const form = dialog((name) => fill(view, `The prompt ${name} was created.`));
  const create = element("button", { type: "button", onclick: () => form.showModal() }, "Create prompt");
  const rows = known.map(({ name, version, template }) =>
    element("tr", {}, ...[name, `${version}`, template].map((text) => element("td", {}, text))),
  );
  view.replaceChildren(
    element("h1", {}, "Prompts"),
    ...(said ? [tallied("mlflow.prompts.list.created", element("p", { role: "status" }, said), "alert")] : []),
    element("p", {}, tallied("mlflow.prompts.list.create", create)),
    known.length ? element("table", {}, head("Name", "Version", "Template"), ...rows) : "No prompt yet.",
    form,
  );
}

function dialog(created: (name: string) => Promise<void>): HTMLDialogElement {
  const name = element("input", { name: "name", required: true });
  const template = element("textarea", { name: "template", rows: 4, required: true });
  const problem = element("p", { role: "alert" });
  const save = element("button", {}, "Create"); // submits the form, as every button without a type
  const cancel = element("button", { type: "button" }, "Cancel");
  cancel.onclick = () => made.close();
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, "Create prompt"),
    element("label", {}, "Name ", tallied("mlflow.prompts.create.name", name)),
    element("label", {}, "Template", tallied("mlflow.prompts.create.template", template)),
    problem,
    tallied("mlflow.prompts.create.save", save),
    " ",
    tallied("mlflow.prompts.create.cancel", cancel),
  );
  const made = tallied("mlflow.prompts.create.dialog", element("dialog", {}, form));
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await createPrompt(name.value, template.value);
      made.close();
      await created(name.value);
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : `${error}`;
    }
  };
  return made;
}
