// SPDX-License-Identifier: MIT
// mlnet in the demo. eng/demo/tools.mjs explains the members.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pick, random } from '../random.mjs';

const classification = ['classification', '--dataset', 'flowers.csv', '--label-col', 'species', '--train-time', '1'];
const regression = ['regression', '--dataset', 'flowers.csv', '--label-col', 'width', '--train-time', '1'];
// The file does not exist.
const mistake = ['regression', '--dataset', 'no-such-file.csv', '--label-col', 'price'];

/** A table of flowers whose species depends on length and width. */
function flowers() {
  const next = random(7);
  const rows = Array.from({ length: 120 }, () => {
    const [length, width] = [next() * 10, next() * 4];
    const score = length + 2 * width;
    return `${length.toFixed(2)},${width.toFixed(2)},${score < 6 ? 'daisy' : score < 12 ? 'rose' : 'tulip'}`;
  });
  return ['length,width,species', ...rows, ''].join('\n');
}

export const mlnet = {
  name: 'mlnet',
  project: 'samples/mlnet',
  program: 'mlnet',
  versions: [['0.3.27703.4', 60], ['0.3.27600.1', 40]],
  installations: 30,
  refusals: [[{ MLDOTNET_CLI_TELEMETRY_OPTOUT: 'true' }, []]],
  exitCodes: [0, 4],
  notice: () => ({ terminal: classification }),
  prepare: (home) => writeFile(join(home, 'flowers.csv'), flowers()),

  commands(next) {
    const commands = [pick(next, [[classification, 3], [regression, 1]])];
    commands.push(['predict', '--model', 'model.mlnet', '--dataset', 'flowers.csv', '--output-path', 'out']);
    if (next() < 0.3) commands.push(mistake);
    return commands;
  },

  events: () => 1,
};
