// SPDX-License-Identifier: MIT
// node claims.mjs PAGE FOLDER [--write | --check]: which claims of docs/claims.md the test reports in a folder prove. A
// claim is proved if at least one test names it and all tests that name it passed. Prints the other claims, then one
// summary line. The page is the source of the ids and the texts; its columns "proved by" and "sample" come from the
// reports.
//   --write  rewrites these columns
//   --check  fails if they differ from the reports
// Both leave the page alone if a claim test was skipped: a machine that can't run it can't say what the page should be.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [page, folder, mode] = process.argv.slice(2);
const text = readFileSync(page, 'utf8');
const row = /^\| ([A-Z]+-\d\d) \| (.*?) \|(?:.*\|)?$/gm;
const claims = new Map(
  [...text.matchAll(row)].map(([, id, claim]) => [id, { text: claim, passed: [], notPassed: [] }]));

for (const file of readdirSync(folder).filter((f) => f.endsWith('.ctrf.json')).sort()) {
  for (const test of JSON.parse(readFileSync(join(folder, file), 'utf8')).results.tests) {
    // Pending: it runs only inside another test, in a separate process.
    if (test.status === 'pending') continue;
    // One claim is a string, several are a list.
    for (const id of [test.labels?.claim ?? []].flat()) {
      const claim = claims.get(id);
      if (!claim) throw new Error(`${test.name} claims ${id}, which is not in ${page}`);
      (test.status === 'passed' ? claim.passed : claim.notPassed).push(test);
    }
  }
}

const isProved = (claim) => claim.passed.length > 0 && claim.notPassed.length === 0;

/** `Class.Method` of a test, without its namespace and the arguments of a theory. */
const nameOf = (test) => test.name.replace(/\(.*$/s, '').split('.').slice(-2).join('.');

/** The sample tools that a test ran: the harness of [Claim] writes them to the test's output. */
const samplesOf = (test) => [test.stdout ?? []].flat().join('\n').split('\n')
  .filter((line) => line.startsWith('samples: ')).flatMap((line) => line.slice('samples: '.length).trim().split(' '));

const distinct = (items) => [...new Set(items)].sort();

function rowOf(id) {
  const claim = claims.get(id);
  const proofs = isProved(claim) ? claim.passed : [];
  const tests = distinct(proofs.map(nameOf)).map((name) => `\`${name}\``).join('<br>');
  const samples = distinct(proofs.flatMap(samplesOf)).join(', ');
  return `| ${id} | ${claim.text} | ${tests || '–'} | ${samples || '–'} |`;
}

for (const [id, claim] of claims) {
  if (isProved(claim)) continue;
  if (claim.notPassed.length === 0) console.log(`${id}: no test. ${claim.text}`);
  for (const test of claim.notPassed) console.log(`${id}: ${test.status}: ${test.name}`);
}

const skipped = [...claims.values()].some((claim) => claim.notPassed.some((test) => test.status === 'skipped'));
const generated = text.replace(row, (_, id) => rowOf(id));

if (mode && skipped) {
  console.log(`${page} was not compared: a claim test was skipped.`);
} else if (mode === '--write') {
  if (generated !== text) writeFileSync(page, generated);
} else if (mode === '--check' && generated !== text) {
  console.log(`${page} is out of date. Run ./test.sh --claims, which rewrites it, and commit it.`);
  process.exitCode = 1;
}

console.log(`claims: proved=${[...claims.values()].filter(isProved).length} total=${claims.size}`);
