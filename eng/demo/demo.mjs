// SPDX-License-Identifier: MIT
// The steps of the demo: start the collector, run the tool as many installations, upload, publish, count the stored
// events with an independent reader, then keep running or end.

import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installations } from './installations.mjs';
import { startProxy } from './proxy.mjs';
import { countEvents } from '../reader/read-store.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const built = join(root, 'artifacts/demo');
const onlyOnce = process.argv.includes('--once');
const population = 150;
const seed = 20261120;
const troubledPorts = ['libtiff', 'gdal', 'opencv'];

const say = (text) => process.stderr.write(`${text}\n`);
const work = await mkdtemp(join(tmpdir(), 'tallymark-demo-'));
const data = join(work, 'data');
const published = join(work, 'public');

/** Runs a program to its end in a clean environment. */
function run(file, args, environment = {}, options = {}) {
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

async function startCollector(port) {
  const child = spawn(join(built, 'tallymark/tallymark'), [
    'serve', '--data', data, '--manifests', join(root, 'samples/kmpkg'), '--listen', `127.0.0.1:${port}`,
    '--public', published, '--trusted-proxy', '127.0.0.1',
  ], { env: { PATH: process.env.PATH, HOME: work }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.on('close', done));
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
    if (match) {
      child.stdout.resume();
      return { port: Number(match[1]), stop: async () => { child.kill('SIGTERM'); return ended; } };
    }
  }

  throw new Error('the collector ended before it was listening');
}

/** One address for each country, from the collector's own table, so that the collector finds the same country. */
async function addressesOf(wanted) {
  const found = new Map();
  const table = createReadStream(join(built, 'tallymark/countries/geo-whois-asn-country-ipv4.csv'));
  for await (const line of createInterface({ input: table })) {
    const [first, , country] = line.split(',');
    if (wanted.has(country) && !found.has(country)) found.set(country, first.replace(/\.\d+$/, '.7'));
    if (found.size === wanted.size) break;
  }

  return found;
}

/** A command that runs a program with another /etc/os-release, which only that process sees. */
function onSystem(release, file, args) {
  const script = 'mount --bind "$1" "$(readlink -f /etc/os-release)" && shift && exec "$@"';
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', release, file, ...args]];
}

/** Runs all commands of one user; resolves to the number of events that must have been recorded. */
async function simulate(person, proxy, addresses) {
  const home = join(work, 'homes', person.name);
  await mkdir(home, { recursive: true });
  const release = join(home, 'os-release');
  await writeFile(release, person.system);
  const tool = join(built, `kmpkg-${person.version}`);
  const environment = {
    HOME: home,
    TALLYMARK_ENDPOINT: `http://127.0.0.1:${proxy.port}/from/${addresses.get(person.country)}/v1/batches`,
    ...person.environment,
  };
  const installed = ['--ports-root', join(root, 'samples/kmpkg/ports'), '--install-root', join(home, 'installed')];

  // Shows the notice and stores its receipt, as for a real user.
  const setUp = await run(join(root, 'samples/kmpkg/bootstrap-kmpkg.sh'), ['-skipBuild', '--to', tool], environment);
  if (setUp.code !== 0) throw new Error(`bootstrap failed: ${setUp.errors}`);

  let events = 0;
  for (const command of person.commands) {
    const [file, args] = onSystem(release, join(tool, 'kmpkg'), [...command, ...installed, ...person.options]);
    const { code, output, errors } = await run(file, args, environment);
    // These exit codes are expected: ports that don't build, and the removal of a port that is not installed.
    if (![0, 2, 4, 5, 6].includes(code)) throw new Error(`kmpkg ${command.join(' ')} ended with ${code}: ${errors}`);
    // One event for the command, and one for each port that it built or tried to build.
    events += 1 + output.split('\n').filter((line) => line.startsWith('building ')).length;
  }

  const upload = await run(join(tool, 'kmpkg'), ['telemetry', 'upload'], environment);
  if (person.collected && upload.code !== 0) throw new Error(`upload failed: ${upload.errors}`);
  return person.collected ? events : 0;
}

/** The number of complete lines in all folders with this name below the homes. */
async function linesBelow(folder) {
  let lines = 0;
  for (const entry of await readdir(join(work, 'homes'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.ndjson') && entry.parentPath.split('/').includes(folder)) {
      lines += (await readFile(join(entry.parentPath, entry.name), 'utf8')).split('\n').length - 1;
    }
  }

  return lines;
}

async function inParallel(items, maxCount, work) {
  const rest = [...items];
  let total = 0;
  let finished = 0;
  await Promise.all(Array.from({ length: maxCount }, async () => {
    for (let item = rest.shift(); item; item = rest.shift()) {
      const events = await work(item);
      total += events;
      finished++;
      if (process.stderr.isTTY) process.stderr.write(`\r  ${finished} of ${items.length} installations`);
    }
  }));
  if (process.stderr.isTTY) process.stderr.write('\n');
  return total;
}

function quarter(now) {
  return `${now.getUTCFullYear()}-q${Math.floor(now.getUTCMonth() / 3) + 1}`;
}

async function publish() {
  const { code, output, errors } = await run(join(built, 'tallymark/tallymark'), [
    'publish', '--tool', 'kmpkg', '--period', quarter(new Date()), '--provisional', '--to', published, '--data', data,
  ], { HOME: work });
  if (code !== 0) throw new Error(`publish failed: ${errors}`);
  say(output.trimEnd());
  let rows = 0;
  const folder = join(published, 'kmpkg/provisional');
  for (const file of await readdir(folder)) {
    if (file.endsWith('.tsv')) rows += (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n').length - 1;
  }

  return rows;
}

let collector;
let proxy;
async function end(code) {
  proxy?.stop();
  await collector?.stop();
  await rm(work, { recursive: true, force: true });
  process.exit(code);
}

try {
  process.once('SIGINT', () => end(130));
  process.once('SIGTERM', () => end(143));
  say('starting the collector ...');
  collector = await startCollector(0);
  proxy = await startProxy(collector.port);
  const people = installations(seed, population, troubledPorts);
  const addresses = await addressesOf(new Set(people.map((p) => p.country)));
  const refusing = people.length - population;
  say(`running kmpkg as ${population} installations, and as ${refusing} that opted out (seed ${seed}) ...`);
  const recorded = await inParallel(people, availableParallelism(), (person) => simulate(person, proxy, addresses));
  const sent = await linesBelow('sent');
  const waiting = await linesBelow('spool') + await linesBelow('batches') + await linesBelow('building');
  if (waiting > 0) throw new Error(`${waiting} events are still waiting to be sent`);

  say('publishing ...');
  const rows = await publish();
  const { port } = collector;
  await collector.stop();
  const stored = await countEvents(join(data, 'tools/kmpkg'));
  const result = `demo: recorded=${recorded} sent=${sent} stored=${stored} published=${rows}`;
  const complete = recorded === sent && sent === stored && recorded >= 300;

  if (onlyOnce) {
    collector = undefined;
    if (!complete) say('demo: the counts differ, or fewer than 300 events were recorded');
    console.log(result);
    await end(complete ? 0 : 1);
  }

  collector = await startCollector(port);
  const token = await run(join(built, 'tallymark/tallymark'), ['token', '--data', data], { HOME: work });
  console.log(result);
  console.log(`dashboard:  http://127.0.0.1:${port}/?tool=kmpkg`);
  console.log(`maintainer: http://127.0.0.1:${port}/maintainer   token: ${token.output.trim()}`);
  console.log('Ctrl-C stops the demo and removes its data.');
} catch (error) {
  say(`demo: ${error.message}`);
  await end(1);
}
