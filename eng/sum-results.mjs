// SPDX-License-Identifier: MIT
// node sum-results.mjs FOLDER: adds up all test reports in a folder. Prints failures and skipped tests with their
// reasons, then one summary line. Exit code 1 if a test failed or no test passed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const total = { passed: 0, failed: 0, skipped: 0 };

function count(status, name, detail) {
  if (status === 'passed') total.passed++;
  else if (status === 'skipped') {
    total.skipped++;
    console.log(`skipped: ${name}: ${detail ?? 'no reason given'}`);
  } else {
    total.failed++;
    console.log(`FAILED: ${name}\n${detail ?? ''}`);
  }
}

for (const file of readdirSync(folder).sort()) {
  const read = () => readFileSync(join(folder, file), 'utf8');
  if (file.endsWith('.ctrf.json')) {
    const { results } = JSON.parse(read());
    for (const t of results.tests) {
      // Pending: it runs only inside another test, in a separate process.
      if (t.status === 'pending') continue;
      const status = t.status === 'passed' || t.status === 'skipped' ? t.status : 'failed';
      count(status, t.name, [t.message, t.trace].filter(Boolean).join('\n'));
    }
    const errors = (results.extra?.suites ?? []).flatMap((s) => s.errors ?? []);
    for (const e of errors) count('failed', file, JSON.stringify(e));
  } else if (file.endsWith('.vitest.json')) {
    const report = JSON.parse(read());
    for (const suite of report.testResults) {
      if (suite.status === 'failed' && suite.assertionResults.length === 0) count('failed', suite.name, suite.message);
      for (const t of suite.assertionResults) {
        const status = t.status === 'passed' ? 'passed' : t.status === 'failed' ? 'failed' : 'skipped';
        count(status, t.fullName, t.failureMessages?.join('\n') || undefined);
      }
    }
  } else if (file.endsWith('.check')) {
    const name = file.slice(0, -'.check'.length);
    count(read().trim() === 'pass' ? 'passed' : 'failed', name, `see ${join(folder, name)}.log`);
  }
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
