// SPDX-License-Identifier: MIT
// The users of kmpkg in the demo: a fixed population with realistic versions, systems, countries, habits and refusals.

/** A small seeded random number generator (mulberry32), so that a run can be repeated. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pick(next, weighted) {
  let left = next() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of weighted) if ((left -= weight) < 0) return value;
  return weighted.at(-1)[0];
}

const versions = [['1.4.2', 48], ['1.4.0', 36], ['1.3.2', 16]];
const systems = [
  ['ID=debian\nVERSION_ID="12"\n', 38], ['ID=ubuntu\nVERSION_ID="24.04"\n', 36],
  ['ID=fedora\nVERSION_ID=43\n', 14], ['ID=alpine\nVERSION_ID=3.22.1\n', 8], ['ID=houseos\nVERSION_ID=7\n', 4],
];
const countries = [
  ['US', 30], ['DE', 28], ['IN', 10], ['JP', 8], ['BR', 7], ['FR', 7], ['UG', 4], ['NZ', 3], ['PL', 3],
];
const ports = [
  ['zlib', 14], ['fmt', 14], ['openssl', 8], ['curl', 10], ['libpng', 8], ['sqlite3', 8], ['spdlog', 8],
];

/** The commands of one user, as lists of arguments. */
function habits(next, troubled) {
  const commands = [];
  if (next() < 0.6) commands.push(['search', pick(next, ports)]);
  if (next() < 0.15) commands.push(['install', pick(next, ports), '--dry-run']);
  commands.push(['install', pick(next, ports)]);
  if (next() < 0.7) commands.push(['list']);
  commands.push(['install', pick(next, ports)]);
  // Ports that don't build: to find them is the purpose of the telemetry.
  if (next() < 0.55) commands.push(['install', troubled[Math.floor(next() * troubled.length)]]);
  if (next() < 0.5) commands.push(['remove', commands.find(([verb]) => verb === 'install')[1], '--recurse']);
  if (next() < 0.4) commands.push(['list']);
  if (next() < 0.3) commands.push(['search']);
  return commands;
}

/** The installations: {name, version, system, country, commands, environment, options}. */
export function installations(seed, count, troubled) {
  const next = random(seed);
  const people = [];
  for (let i = 0; i < count; i++) {
    people.push({
      name: `i${String(i).padStart(3, '0')}`,
      version: pick(next, versions),
      system: pick(next, systems),
      country: pick(next, countries),
      commands: habits(next, troubled),
      environment: {},
      options: [],
      collected: true,
    });
  }

  // Users who opted out, each in a different way. Their runs must record nothing.
  const refusals = [
    [{ DO_NOT_TRACK: '1' }, []], [{ KMPKG_DISABLE_METRICS: '' }, []], [{}, ['--disable-metrics']], [{ CI: 'true' }, []],
  ];
  refusals.forEach(([environment, options], i) => people.push({
    ...people[i], name: `refusal${i}`, environment, options, collected: false,
  }));
  return people;
}
