// SPDX-License-Identifier: MIT
// Checks the rules: each one finds its violation in a small temporary tree, and nothing else is reported.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { violations } from './rules.mjs';

const spdx = '// SPDX-License-Identifier: MIT\n';
const long = 'word '.repeat(30);
const project = (items) =>
  `<Project Sdk="Microsoft.NET.Sdk">\n  <ItemGroup>\n    ${items}\n  </ItemGroup>\n</Project>\n`;
const reference = (path) => project(`<ProjectReference Include="${path}" />`);

/** Files and, for each, the beginning of the one message that is expected; none for files that are fine. */
const tree = {
  'server/Store/NoSpdx.cs': ['namespace A;\n', 'server/Store/NoSpdx.cs:1: the SPDX line is missing.'],
  'server/Store/Long.cs': [spdx + '\n'.repeat(500), 'server/Store/Long.cs: 501 lines, more than 500.'],
  'sdk/dotnet/Tallymark/If.cs': [`${spdx}#if DEBUG\n#endif\n`, 'sdk/dotnet/Tallymark/If.cs:2: #if and #region'],
  'test/If.cs': [`${spdx}#if DEBUG\n#endif\n`],
  'nuget.config': ['<configuration />\n', 'nuget.config: a package source is configured'],
  'web/a/package-lock.json': [
    '{\n"resolved": "https://example.org/a.tgz"\n}\n',
    'web/a/package-lock.json:2: the lock file contains the URL of a package registry.',
  ],
  'bench/NoLock.csproj': [project(''), 'bench/NoLock.csproj: packages.lock.json is missing'],

  'docs/wide.md': [`${long}\n`, 'docs/wide.md:1: 150 columns, more than 120.'],
  'docs/table.md': [`| ${long} |\n- https://example.org/${'a'.repeat(120)}\n`],
  'spec/vectors/wide.md': [`${long}\n`],
  'cli/Word.cs': [`${spdx}// Read it anew.\n`, 'cli/Word.cs:2: the word "anew".'],
  'cli/Text.cs': [`${spdx}var text = "Nobody knows.";\n`, 'cli/Text.cs:2: the word "Nobody".'],
  'cli/What.cs': [
    `${spdx}/// <summary>What is sent.</summary>\n`, 'cli/What.cs:2: a sentence that starts with "What".',
  ],
  'docs/what.md': [
    'It ends. What comes\nlater is dropped.\n', 'docs/what.md:1: a sentence that starts with "What".',
  ],
  'docs/question.md': ['## What does it send?\nWhat happens\nnext? Somewhat anewsy.\n'],
  'test/Data.cs': [`${spdx}var user = "nobody"; // What now?\n`],

  'manifest/A.csproj': [
    reference('../server/Store/S.csproj'),
    'manifest/A.csproj:3: ProjectReference to server/Store/S.csproj is not allowed.',
  ],
  'server/Publish/P.csproj': [
    reference('../Store.DuckDb/D.csproj'),
    'server/Publish/P.csproj:3: ProjectReference to server/Store.DuckDb/D.csproj is not allowed.',
  ],
  'server/Collector/C.csproj': [reference('../Store/S.csproj')],
  'sdk/dotnet/Tallymark/T.csproj': [
    project('<Compile Include="../../../manifest/Scopes/*.cs" />\n<Compile Include="../../../manifest/Types.cs" />'),
    'sdk/dotnet/Tallymark/T.csproj:4: Compile to manifest/Types.cs is not allowed.',
  ],
  'server/New/N.csproj': [project(''), 'server/New/N.csproj: eng/house/dependencies.mjs does not say'],
  'web/a/src/a.ts': [`${spdx}import { b } from "../../b/b";\n`, 'web/a/src/a.ts:2: import of web/b/b is not allowed.'],
  'web/a/src/b.ts': [`${spdx}import { a } from "./a";\n`],
};
for (const path of Object.keys(tree).filter((name) => name.endsWith('.csproj') && !name.includes('NoLock'))) {
  tree[join(dirname(path), 'packages.lock.json')] = ['{}\n'];
}

const root = mkdtempSync(join(tmpdir(), 'tallymark-house-'));
try {
  execFileSync('git', ['init', '--quiet', root]);
  for (const [path, [content]] of Object.entries(tree)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const { structure, prose } = violations(root);
  const found = [...structure, ...prose];
  for (const [path, [, expected]] of Object.entries(tree)) {
    const own = found.filter((message) => message.startsWith(`${path}:`));
    assert.equal(own.length, expected === undefined ? 0 : 1, `${path}: ${own.length} messages: ${own.join('\n')}`);
    if (expected !== undefined) assert.ok(own[0].startsWith(expected), `expected "${expected}", got "${own[0]}"`);
  }
  assert.equal(found.length, Object.values(tree).filter(([, expected]) => expected !== undefined).length);
  console.log(`${found.length} violations found, as expected`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
