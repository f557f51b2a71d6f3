// SPDX-License-Identifier: MIT
// Experiments, the runs of one of them, and a chart of a run's metric.
import { experiments, type Metric, metrics, type Run, runs } from "./api";
import { chart } from "./chart";
import { element, tallied } from "./element";

/** The list of experiments. */
export async function experimentsView(): Promise<HTMLElement> {
  const known = await experiments();
  const opened = element("section");
  const rows = known.map(({ experiment_id, name }) => {
    const open = element("button", { type: "button", onclick: () => show(opened, experiment_id) }, name);
    return element("tr", {}, cell(experiment_id), cell(tallied("mlflow.experiments.list.open", open)));
  });
  return element(
    "section",
    {},
    element("h1", {}, "Experiments"),
    known.length ? element("table", {}, head("Id", "Name"), ...rows) : "No experiment yet.",
    opened,
  );
}

async function show(opened: HTMLElement, experiment: string): Promise<void> {
  const known = await runs(experiment);
  const drawn = element("div");
  const choice = element("select", { onchange: () => draw(drawn, choice.value) });
  choice.append(...known.map(option));
  opened.replaceChildren(
    element("h2", {}, `Runs of experiment ${experiment}`),
    known.length
      ? element("label", {}, "Run ", tallied("mlflow.experiments.runs.choose", choice))
      : "No run in this experiment yet.",
    drawn,
  );
  if (known.length) await draw(drawn, choice.value);
}

async function draw(drawn: HTMLElement, run: string): Promise<void> {
  drawn.dataset["run"] = run;
  const logged = await metrics(run);
  if (drawn.dataset["run"] !== run) return; // another run was chosen in the meantime
  const names = [...new Set(logged.map((metric) => metric.key))];
  const figure = element("figure");
  const choice = element("select", { onchange: () => replace() });
  choice.append(...names.map((name) => element("option", { value: name }, name)));
  const replace = () => figure.replaceChildren(chart(ofName(logged, choice.value)), caption(choice.value));
  drawn.replaceChildren(
    names.length
      ? element("label", {}, "Metric ", tallied("mlflow.experiments.chart.metric", choice))
      : "This run has no metric.",
    figure,
  );
  if (names.length) replace();
}

const ofName = (all: readonly Metric[], name: string): Metric[] => all.filter((metric) => metric.key === name);

const caption = (name: string): HTMLElement => element("figcaption", {}, `${name} by step`);

const option = ({ run_id, start_time }: Run): HTMLElement =>
  element("option", { value: run_id }, `${new Date(start_time).toISOString().slice(0, 19)} ${run_id.slice(0, 8)}`);

const cell = (content: Node | string): HTMLElement => element("td", {}, content);

export const head = (...names: string[]): HTMLElement =>
  element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name))));
