// SPDX-License-Identifier: MIT
// The one collector of the demo, and its operator's commands.

import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from './processes.mjs';

export class Collector {
  /** A collector below `work`, of the program in `folder`. */
  constructor(folder, work) {
    this.program = join(folder, 'tallymark');
    this.countries = join(folder, 'countries/geo-whois-asn-country-ipv4.csv');
    this.work = work;
    this.data = join(work, 'data');
    this.published = join(work, 'public');
    this.clock = join(folder, '../clock.so');
    this.offset = join(work, 'clock-offset');
    this.port = 0;
  }

  /** Gives it the manifests of these tools. */
  async offer(root, tools) {
    await mkdir(join(this.work, 'manifests'), { recursive: true });
    for (const tool of tools) {
      const manifest = join(root, tool.manifest ?? tool.project, 'telemetry.yaml');
      await copyFile(manifest, join(this.work, 'manifests', `${tool.name}.yaml`));
    }
  }

  /** The variables of its processes. */
  get environment() {
    return { HOME: this.work, LD_PRELOAD: this.clock, CLOCK_OFFSET: this.offset };
  }

  /**
   * Moves the clock of its processes to a time; undefined: the real one. The operator confirms that it is right, as for
   * a collector that was stopped for a long time.
   */
  async setClock(time) {
    const seconds = Buffer.alloc(8);
    seconds.writeBigInt64LE(BigInt(time === undefined ? 0 : Math.ceil((time - Date.now()) / 1000)));
    const file = await open(this.offset, 'r+'); // in place: the processes have mapped it
    await file.write(seconds, 0, 8, 0);
    await file.close();
    await this.command('reload', '--accept-clock', '--data', this.data);
  }

  /** Starts it; after the first start on the same data and port. */
  async start() {
    await writeFile(this.offset, Buffer.alloc(8));
    this.child = spawn(this.program, [
      'serve', '--data', this.data, '--manifests', join(this.work, 'manifests'), '--listen', `127.0.0.1:${this.port}`,
      '--public', this.published, '--no-publishing', '--trusted-proxy', '127.0.0.1',
      // All installations of the demo are new and on this machine: otherwise they would lift no row over a threshold.
      '--own-network', '0.0.0.0/0',
    ], { env: { PATH: process.env.PATH, ...this.environment }, stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = new Promise((done) => this.child.on('close', done));
    for await (const line of createInterface({ input: this.child.stdout })) {
      const match = /^listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
      if (match) {
        this.child.stdout.resume();
        this.port = Number(match[1]);
        return;
      }
    }

    throw new Error('the collector ended before it was listening');
  }

  async stop() {
    this.child?.kill('SIGTERM');
    await this.ended;
  }

  /** One address for each country, from its own table, so that it finds the same country. */
  async addressesOf(wanted) {
    const found = new Map();
    for await (const line of createInterface({ input: createReadStream(this.countries) })) {
      const [first, , country] = line.split(',');
      if (wanted.has(country) && !found.has(country)) found.set(country, first.replace(/\.\d+$/, '.7'));
      if (found.size === wanted.size) break;
    }

    return found;
  }

  /** Releases a tool's quarter; resolves to what the command said, and the number of published rows. */
  async publish(tool, period) {
    const said = await this.command(
      'publish', '--tool', tool, '--period', period, '--to', this.published, '--data', this.data);
    const folder = join(this.published, tool);
    let rows = 0;
    for (const file of await readdir(folder)) {
      if (!file.endsWith(`${period}.tsv`)) continue;
      rows += (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n').length - 1;
    }

    return { said, rows };
  }

  token() {
    return this.command('token', '--data', this.data);
  }

  async command(...args) {
    const { code, output, errors } = await run(this.program, args, this.environment);
    if (code !== 0) throw new Error(`tallymark ${args[0]} failed: ${errors}`);
    return output.trim();
  }
}
