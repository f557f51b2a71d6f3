// SPDX-License-Identifier: MIT
// The rules. Each message says where, what is wrong, and what to do.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { dependencyViolations } from './dependencies.mjs';
import { proseViolations } from './prose.mjs';

const maxLines = 500;
const sources = new Set(['.cs', '.ts', '.sh', '.mjs']);
const product = /^(manifest|sdk|server|cli)\/.*\.cs$/;

/** All violations below a folder that is a Git work tree: of the structure, and of the prose. */
export function violations(root) {
  const files = list(root);
  const structure = [];
  const prose = [];
  for (const path of files.map((file) => file.path)) {
    if (/^nuget\.config$/i.test(basename(path))) {
      structure.push(`${path}: a package source is configured in the repository. Remove it and configure the machine.`);
    }
  }
  for (const file of files) {
    structure.push(...sourceViolations(file), ...lockViolations(file, root));
    prose.push(...proseViolations(file));
  }
  structure.push(...dependencyViolations(files));
  return { structure, prose };
}

/** Files under version control or about to be; a deleted file that is not committed yet is listed by Git too. */
function list(root) {
  const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return names.toString().split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, get text() { return readFileSync(join(root, path), 'utf8'); } }));
}

function* sourceViolations(file) {
  if (!sources.has(extname(file.path))) return;
  const lines = file.text.split('\n');
  if (!lines.slice(0, 3).some((line) => line.includes('SPDX-License-Identifier: MIT'))) {
    yield `${file.path}:1: the SPDX line is missing. Start the file with "SPDX-License-Identifier: MIT" in a comment.`;
  }
  if (lines.length - 1 > maxLines) {
    yield `${file.path}: ${lines.length - 1} lines, more than ${maxLines}. Split the file by what its parts do.`;
  }
  if (!product.test(file.path)) return;
  for (const [at, line] of lines.entries()) {
    if (/^\s*#(if|region)\b/.test(line)) {
      yield `${file.path}:${at + 1}: #if and #region are not allowed in product code. Remove it, or split the file.`;
    }
  }
}

/** The machine decides where packages come from: lock files contain no addresses, and every project has one. */
function* lockViolations(file, root) {
  if (file.path.endsWith('package-lock.json')) {
    for (const [at, line] of file.text.split('\n').entries()) {
      if (/"resolved": *"http/.test(line)) {
        yield `${file.path}:${at + 1}: the lock file contains the URL of a package registry. Run ` +
          '`npm install --omit-lockfile-registry-resolved`.';
      }
    }
  }
  if (file.path.endsWith('.csproj') && !existsSync(join(root, dirname(file.path), 'packages.lock.json'))) {
    yield `${file.path}: packages.lock.json is missing beside it. Run dotnet restore and add the file.`;
  }
}
