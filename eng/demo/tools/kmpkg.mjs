// SPDX-License-Identifier: MIT
// kmpkg in the demo. eng/demo/tools.mjs explains the members.

import { join } from 'node:path';
import { pick } from '../random.mjs';

const ports = [
  ['zlib', 14], ['fmt', 14], ['openssl', 8], ['curl', 10], ['libpng', 8], ['sqlite3', 8], ['spdlog', 8],
];
// Ports that don't build: to find them is the purpose of the telemetry.
const troubled = [['libtiff', 1], ['gdal', 1], ['opencv', 1]];

export const kmpkg = {
  name: 'kmpkg',
  project: 'samples/kmpkg',
  program: 'kmpkg',
  versions: [['1.4.2', 48], ['1.4.0', 36], ['1.3.2', 16]],
  installations: 80,
  refusals: [[{ KMPKG_DISABLE_METRICS: '' }, []], [{}, ['--disable-metrics']]],
  // These are expected: ports that don't build, and the removal of a port that is not installed.
  exitCodes: [0, 2, 4, 5, 6],

  notice: ({ root, folder }) => ({
    file: join(root, 'samples/kmpkg/bootstrap-kmpkg.sh'), args: ['-skipBuild', '--to', folder],
  }),

  commands(next) {
    const commands = [];
    if (next() < 0.6) commands.push(['search', pick(next, ports)]);
    if (next() < 0.15) commands.push(['install', pick(next, ports), '--dry-run']);
    commands.push(['install', pick(next, ports)]);
    if (next() < 0.7) commands.push(['list']);
    commands.push(['install', pick(next, ports)]);
    if (next() < 0.55) commands.push(['install', pick(next, troubled)]);
    if (next() < 0.5) commands.push(['remove', commands.find(([verb]) => verb === 'install')[1], '--recurse']);
    if (next() < 0.4) commands.push(['list']);
    if (next() < 0.3) commands.push(['search']);
    return commands;
  },

  // One for the command, and one for each port that it built or tried to build.
  events: (output) => 1 + output.split('\n').filter((line) => line.startsWith('building ')).length,
};
