// SPDX-License-Identifier: MIT
// The steps of the demo: start the collector, run the tools as many installations, upload, publish, count the stored
// events with an independent reader, then keep running or end.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Collector } from './collector.mjs';
import { startNetwork } from './network.mjs';
import { population } from './population.mjs';
import { inTerminal, onSystem, run, sumInParallel } from './processes.mjs';
import { tools } from './tools.mjs';
import { countEvents } from '../reader/read-store.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const built = join(root, 'artifacts/demo');
const onlyOnce = process.argv.includes('--once');
const seed = 20261120;
const maxEventAgeDays = 60;

const say = (text) => process.stderr.write(`${text}\n`);
const work = await mkdtemp(join(tmpdir(), 'tallymark-demo-'));

/** The user sees the notice, as real users do: from the bootstrap script or on a terminal. Nothing else counts. */
async function seeNotice(person, release, folder, environment, cwd) {
  const notice = person.tool.notice({ root, folder });
  const [file, args] = notice.terminal
    ? onSystem(release, ...inTerminal(join(folder, person.tool.program), notice.terminal))
    : [notice.file, notice.args];
  const { code, output, errors } = await run(file, args, environment, { cwd });
  if (code !== 0) throw new Error(`${person.name} could not see the notice: ${output}${errors}`);
}

/** Runs all commands of one user; resolves to the number of events that must have been recorded. */
async function simulate(person, network) {
  const { tool } = person;
  const home = join(work, 'homes', person.name);
  await mkdir(home, { recursive: true });
  const release = join(home, 'os-release');
  await writeFile(release, person.system);
  const folder = join(built, `${tool.name}-${person.version}`);
  const environment = {
    HOME: home,
    ...network.variables(person.country),
    ...person.environment,
  };
  await tool.prepare?.(home);
  await seeNotice(person, release, folder, environment, home);

  let events = 0;
  for (const command of person.commands) {
    const [file, args] = onSystem(release, join(folder, tool.program), [...command, ...person.options]);
    const { code, output, errors } = await run(file, args, environment, { cwd: home });
    if (!tool.exitCodes.includes(code)) {
      throw new Error(`${tool.program} ${command.join(' ')} ended with ${code}: ${output}${errors}`);
    }
    events += tool.events(output, command);
  }

  const upload = await run(join(folder, tool.program), ['telemetry', 'upload'], environment);
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

/** Releases the quarters of these days, at a time when no more events of them can arrive. */
async function publishAll(collector, days) {
  const quarters = new Map(days.map((day) => {
    const [year, quarter] = [day.getUTCFullYear(), Math.floor(day.getUTCMonth() / 3) + 1];
    return [`${year}-q${quarter}`, Date.UTC(year, 3 * quarter, 1 + maxEventAgeDays, 1)];
  }));
  const time = Math.max(...quarters.values());
  say(`publishing at ${new Date(time).toISOString().slice(0, 10)}, when the quarter can be released ...`);
  await collector.setClock(time);
  let rows = 0;
  for (const period of quarters.keys()) {
    for (const tool of tools) {
      const published = await collector.publish(tool.name, period);
      say(published.said);
      rows = rows + published.rows;
    }
  }

  await collector.setClock(undefined);
  return rows;
}

async function countAll(collector) {
  let events = 0;
  for (const tool of tools) events += await countEvents(join(collector.data, 'tools', tool.name));
  return events;
}

const collector = new Collector(join(built, 'tallymark'), work);
let network;
async function end(code) {
  network?.stop();
  await collector.stop();
  await rm(work, { recursive: true, force: true });
  process.exit(code);
}

try {
  process.once('SIGINT', () => end(130));
  process.once('SIGTERM', () => end(143));
  const began = new Date();
  say('starting the collector ...');
  await collector.offer(root, tools);
  await collector.start();
  const people = tools.flatMap((tool) => population(seed, tool));
  const addresses = await collector.addressesOf(new Set(people.map((p) => p.country)));
  network = await startNetwork(collector, root, work, tools, addresses);
  for (const { name, installations } of tools) say(`running ${name} as ${installations} installations ...`);
  const refusing = people.filter((person) => !person.collected).length;
  say(`and as ${refusing} that opted out (seed ${seed}) ...`);
  const recorded = await sumInParallel(
    people, availableParallelism(), (person) => simulate(person, network));
  const sent = await linesBelow('sent');
  let waiting = 0;
  for (const folder of ['spool', 'batches', 'building']) waiting += await linesBelow(folder);
  if (waiting > 0) throw new Error(`${waiting} events are still waiting to be sent`);

  const rows = await publishAll(collector, [began, new Date()]);
  await collector.stop();
  const stored = await countAll(collector);
  const result = `demo: recorded=${recorded} sent=${sent} stored=${stored} published=${rows}`;
  const complete = recorded === sent && sent === stored && recorded >= 300;

  if (onlyOnce) {
    if (!complete) say('demo: the counts differ, or fewer than 300 events were recorded');
    console.log(result);
    await end(complete ? 0 : 1);
  }

  await collector.start();
  const token = await collector.token();
  console.log(result);
  for (const { name } of tools) console.log(`dashboard:  http://127.0.0.1:${collector.port}/?tool=${name}`);
  console.log(`maintainer: http://127.0.0.1:${collector.port}/maintainer   token: ${token}`);
  console.log('Ctrl-C stops the demo and removes its data.');
} catch (error) {
  say(`demo: ${error.message}`);
  await end(1);
}
