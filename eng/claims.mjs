// SPDX-License-Identifier: MIT
// node claims.mjs PAGE FOLDER: which claims of docs/claims.md the test reports in a folder prove. A claim is proved if
// at least one test names it and all tests that name it passed. Prints the other claims, then one summary line.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [page, folder] = process.argv.slice(2);
const rows = readFileSync(page, 'utf8').matchAll(/^\| ([A-Z]+-\d\d) \| (.*) \|$/gm);
const claims = new Map([...rows].map(([, id, text]) => [id, { text, passed: 0, notPassed: [] }]));

for (const file of readdirSync(folder).filter((f) => f.endsWith('.ctrf.json')).sort()) {
  for (const test of JSON.parse(readFileSync(join(folder, file), 'utf8')).results.tests) {
    // Pending: it runs only inside another test, in a separate process.
    if (test.status === 'pending') continue;
    // One claim is a string, several are a list.
    for (const id of [test.labels?.claim ?? []].flat()) {
      const claim = claims.get(id);
      if (!claim) throw new Error(`${test.name} claims ${id}, which is not in ${page}`);
      if (test.status === 'passed') claim.passed++;
      else claim.notPassed.push(test);
    }
  }
}

let proved = 0;
for (const [id, { text, passed, notPassed }] of claims) {
  if (passed > 0 && notPassed.length === 0) proved++;
  else if (notPassed.length === 0) console.log(`${id}: no test. ${text}`);
  else for (const test of notPassed) console.log(`${id}: ${test.status}: ${test.name}`);
}
console.log(`claims: proved=${proved} total=${claims.size}`);
