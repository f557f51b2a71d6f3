// SPDX-License-Identifier: MIT
// Programs of the demo: each in a clean environment, on another distribution, in a pseudo-terminal.

import { spawn } from 'node:child_process';

/** Runs a program to its end; resolves to its exit code and texts. */
export function run(file, args, environment = {}, options = {}) {
  return new Promise((done, failed) => {
    const env = { PATH: process.env.PATH, ...environment };
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => { output += chunk; });
    child.stderr.on('data', (chunk) => { errors += chunk; });
    child.on('error', failed);
    child.on('close', (code) => done({ code, output, errors }));
  });
}

/** A command that runs a program with another /etc/os-release, which only that process sees. */
export function onSystem(release, file, args) {
  const script = 'mount --bind "$1" "$(readlink -f /etc/os-release)" && shift && exec "$@"';
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', release, file, ...args]];
}

/** A command that runs a program in a pseudo-terminal, whose user sees what it shows. */
export function inTerminal(file, args) {
  const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;
  return ['script', ['--quiet', '--return', '--command', [file, ...args].map(quote).join(' '), '/dev/null']];
}

/** Does the work for each item, at most this many at a time; resolves to the sum of the results. */
export async function sumInParallel(items, maxCount, work) {
  const rest = [...items];
  let total = 0;
  let finished = 0;
  await Promise.all(Array.from({ length: maxCount }, async () => {
    for (let item = rest.shift(); item; item = rest.shift()) {
      const result = await work(item);
      total += result;
      finished++;
      if (process.stderr.isTTY) process.stderr.write(`\r  ${finished} of ${items.length} installations`);
    }
  }));
  if (process.stderr.isTTY) process.stderr.write('\n');
  return total;
}
