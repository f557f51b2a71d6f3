// SPDX-License-Identifier: MIT
// node check.mjs ROOT ENFORCE_PROSE: prints every violation below ROOT; exit code 1 if there is one. With ENFORCE_PROSE
// other than "yes", violations of the prose rules are only counted for each folder.
import { violations } from './rules.mjs';

const [root, enforceProse] = process.argv.slice(2);
const { structure, prose } = violations(root);
const failing = enforceProse === 'yes' ? [...structure, ...prose] : structure;
for (const message of failing) console.log(message);
if (enforceProse !== 'yes') report(prose);
process.exitCode = failing.length > 0 ? 1 : 0;

/** Counts by the first two folders of a path, the largest first. */
function report(messages) {
  const counts = new Map();
  for (const message of messages) {
    const folders = message.split(':')[0].split('/').slice(0, -1).slice(0, 2).join('/') || '(root)';
    counts.set(folders, (counts.get(folders) ?? 0) + 1);
  }
  for (const [folder, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    console.log(`${folder}: ${count} prose violations`);
  }
}
