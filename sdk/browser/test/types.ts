// SPDX-License-Identifier: MIT
// Compiled by `npm run check`, never run: a misspelt component id does not compile.
import { record, start, type Tally } from "../src/tally.js";

type ComponentId = "mlflow.prompts.list.create" | "mlflow.prompts.list.delete";

export function compiles(tally: Tally<ComponentId>): void {
  tally.record("mlflow.prompts.list.create", "onClick", "button");
  start<ComponentId>({ relay: "tallymark" }).record("mlflow.prompts.list.delete", "onView");
  record<ComponentId>("mlflow.prompts.list.create", "onValueChange");
  record("any.id.is.taken.without.the.types", "onClick");
  const attribute = "mlflow.prompts.list.create" satisfies ComponentId;
  tally.record(attribute, "onView");

  // @ts-expect-error a misspelt id
  tally.record("mlflow.prompts.list.crate", "onClick");
  // @ts-expect-error a misspelt id
  start<ComponentId>().record("mlflow.prompts.list.crate", "onClick");
  // @ts-expect-error a misspelt id
  record<ComponentId>("mlflow.prompts.list.crate", "onClick");
  // @ts-expect-error an id that is any text
  tally.record(String(attribute), "onClick");
  // @ts-expect-error a misspelt event
  tally.record("mlflow.prompts.list.create", "onClik");
  // @ts-expect-error only code that asked for no types may take this object
  const other: Tally<"other"> = tally;
  void other;
}
