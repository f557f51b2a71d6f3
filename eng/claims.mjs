// SPDX-License-Identifier: MIT
// Which claims of docs/claims.md the reports in a folder prove: those that at least one test carries, all of whose tests passed. Prints the others,
// then the one closing line.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [page, folder] = process.argv.slice(2);
const claims = new Map([...readFileSync(page, 'utf8').matchAll(/^\| ([A-Z]+-\d\d) \| (.*) \|$/gm)].map(([, id, text]) => [id, { text, passed: 0, not: [] }]));

for (const file of readdirSync(folder).filter((f) => f.endsWith('.ctrf.json')).sort()) {
  for (const test of JSON.parse(readFileSync(join(folder, file), 'utf8')).results.tests) {
    // Pending: only another test runs it, in a process of its own.
    if (test.status === 'pending') continue;
    // One claim is a string, several are a list.
    for (const id of [test.labels?.claim ?? []].flat()) {
      const claim = claims.get(id);
      if (!claim) throw new Error(`${test.name} claims ${id}, which is not in ${page}`);
      if (test.status === 'passed') claim.passed++;
      else claim.not.push(test);
    }
  }
}

let proved = 0;
for (const [id, { text, passed, not }] of claims) {
  if (passed > 0 && not.length === 0) proved++;
  else if (not.length === 0) console.log(`${id}: no test. ${text}`);
  else for (const test of not) console.log(`${id}: ${test.status}: ${test.name}`);
}
console.log(`claims: proved=${proved} total=${claims.size}`);
