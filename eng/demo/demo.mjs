// SPDX-License-Identifier: MIT
// The demo's way: collector up, installations use the tool and upload, publish, count with independent eyes, stay or end.

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
    const child = spawn(file, args, { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], ...options });
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

  throw new Error('the collector ended before it listened');
}

/** One address for each country, from the table that the collector reads, so that the two agree. */
async function addressOf(wanted) {
  const found = new Map();
  const table = createReadStream(join(built, 'tallymark/countries/geo-whois-asn-country-ipv4.csv'));
  for await (const line of createInterface({ input: table })) {
    const [first, , country] = line.split(',');
    if (wanted.has(country) && !found.has(country)) found.set(country, first.replace(/\.\d+$/, '.7'));
    if (found.size === wanted.size) break;
  }

  return found;
}

/** The way a program is started on this person's system: its own /etc/os-release, seen by this process alone. */
function onSystem(release, file, args) {
  const script = 'mount --bind "$1" "$(readlink -f /etc/os-release)" && shift && exec "$@"';
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', release, file, ...args]];
}

/** Everything that one person does; resolves to the number of events that it must have recorded. */
async function live(person, proxy, addresses) {
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

  // The notice and its receipt, as a user gets them.
  const setUp = await run(join(root, 'samples/kmpkg/bootstrap-kmpkg.sh'), ['-skipBuild', '--to', tool], environment);
  if (setUp.code !== 0) throw new Error(`bootstrap failed: ${setUp.errors}`);

  let events = 0;
  for (const command of person.commands) {
    const [file, args] = onSystem(release, join(tool, 'kmpkg'), [...command, ...installed, ...person.options]);
    const { code, output, errors } = await run(file, args, environment);
    // Ports that don't build, and the removal of one that never was installed, are part of the mix.
    if (![0, 2, 4, 5, 6].includes(code)) throw new Error(`kmpkg ${command.join(' ')} ended with ${code}: ${errors}`);
    // One event for the command, one for each port that it says it built or tried to build.
    events += 1 + output.split('\n').filter((line) => line.startsWith('building ')).length;
  }

  const upload = await run(join(tool, 'kmpkg'), ['telemetry', 'upload'], environment);
  if (person.collected && upload.code !== 0) throw new Error(`upload failed: ${upload.errors}`);
  return person.collected ? events : 0;
}

/** The complete lines below all folders of that name in the homes. */
async function linesBelow(folder) {
  let lines = 0;
  for (const entry of await readdir(join(work, 'homes'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.ndjson') && entry.parentPath.split('/').includes(folder)) {
      lines += (await readFile(join(entry.parentPath, entry.name), 'utf8')).split('\n').length - 1;
    }
  }

  return lines;
}

async function inParallel(items, most, work) {
  const rest = [...items];
  let total = 0;
  let finished = 0;
  await Promise.all(Array.from({ length: most }, async () => {
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
  const addresses = await addressOf(new Set(people.map((p) => p.country)));
  say(`running kmpkg as ${population} installations, and as ${people.length - population} that refuse (seed ${seed}) ...`);
  const recorded = await inParallel(people, availableParallelism(), (person) => live(person, proxy, addresses));
  const sent = await linesBelow('sent');
  const waiting = await linesBelow('spool') + await linesBelow('batches') + await linesBelow('building');
  if (waiting > 0) throw new Error(`${waiting} events are still waiting to be sent`);

  say('publishing ...');
  const rows = await publish();
  const { port } = collector;
  await collector.stop();
  const stored = await countEvents(join(data, 'tools/kmpkg'));
  const result = `demo: recorded=${recorded} sent=${sent} stored=${stored} published=${rows}`;
  const whole = recorded === sent && sent === stored && recorded >= 300;

  if (onlyOnce) {
    collector = undefined;
    if (!whole) say('demo: the counts differ, or are too few');
    console.log(result);
    await end(whole ? 0 : 1);
  }

  collector = await startCollector(port);
  const token = await run(join(built, 'tallymark/tallymark'), ['token', '--data', data], { HOME: work });
  console.log(result);
  console.log(`dashboard:  http://127.0.0.1:${port}/?tool=kmpkg`);
  console.log(`maintainer: http://127.0.0.1:${port}/maintainer   token: ${token.output.trim()}`);
  console.log('Ctrl-C ends it and removes everything.');
} catch (error) {
  say(`demo: ${error.message}`);
  await end(1);
}
