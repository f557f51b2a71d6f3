// SPDX-License-Identifier: MIT
// A program that uses the library of MLflow in the demo. eng/demo/tools.mjs explains the members.

import { pick } from '../random.mjs';

const kinds = [
  ['log-metric', 5], ['log-param', 4], ['log-batch', 2], ['log-model', 2], ['create-prompt', 1], ['trace', 2],
];

const eventsOf = { 'log-model': ['create_logged_model', 'log_model'] };

export const mlflow = {
  name: 'mlflow',
  project: 'samples/mlflow/Example',
  manifest: 'samples/mlflow',
  program: 'mlflow-example',
  versions: [['3.7.0', 60], ['3.6.0', 40]],
  installations: 30,
  refusals: [[{ MLFLOW_DISABLE_TELEMETRY: 'true' }, []]],
  exitCodes: [0],
  notice: () => ({ terminal: ['create-experiment'] }),

  // One process with several calls: the sessions of a notebook.
  commands: (next) => [
    ['create-experiment', '+', 'create-run', '+', pick(next, kinds), '+', pick(next, kinds)],
    ['create-run', '+', pick(next, kinds), '+', 'log-metric'],
  ],

  // One for each call; logging a model also creates one.
  events: (_, command) => command.filter((word) => word !== '+').flatMap((verb) => eventsOf[verb] ?? verb).length,
};
