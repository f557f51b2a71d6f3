// SPDX-License-Identifier: MIT
// The users of the demo: a fixed population of each tool, with realistic versions, systems, countries and refusals.

import { pick, random } from './random.mjs';

const systems = [
  ['ID=debian\nVERSION_ID="12"\n', 38], ['ID=ubuntu\nVERSION_ID="24.04"\n', 36],
  ['ID=fedora\nVERSION_ID=43\n', 14], ['ID=alpine\nVERSION_ID=3.22.1\n', 8], ['ID=houseos\nVERSION_ID=7\n', 4],
];
const countries = [
  ['US', 30], ['DE', 28], ['IN', 10], ['JP', 8], ['BR', 7], ['FR', 7], ['UG', 4], ['NZ', 3], ['PL', 3],
];
// Two ways to opt out that every tool has.
const commonRefusals = [[{ DO_NOT_TRACK: '1' }, []], [{ CI: 'true' }, []]];

/** The users of a tool: {tool, name, version, system, country, commands, environment, options, collected}. */
export function population(seed, tool) {
  const next = random(seed);
  const people = Array.from({ length: tool.installations }, (_, i) => ({
    tool,
    name: `${tool.name}-${String(i).padStart(3, '0')}`,
    version: pick(next, tool.versions),
    system: pick(next, systems),
    country: pick(next, countries),
    commands: tool.commands(next),
    environment: {},
    options: [],
    collected: true,
  }));

  // Users who opted out, each in a different way. Their runs must record nothing.
  const refusals = [...commonRefusals, ...tool.refusals].map(([environment, options], i) => ({
    ...people[i], name: `${tool.name}-refusal${i}`, environment, options, collected: false,
  }));
  return [...people, ...refusals];
}
