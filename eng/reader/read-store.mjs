// SPDX-License-Identifier: MIT
// Reads a tool's parts with DuckDB's own Node.js client, so that the tests have a reader that shares no code with the
// product. Stop the collector first. The layout is in spec/control.md: FOLDER/parts/*.duckdb, each with some of the
// events, and FOLDER/deleting.ndjson with deletion requests whose rows are still in some part. Counted events are in
// the schema `main`, events of development builds in `dev`.
//   node read-store.mjs FOLDER [SCHEMA]   prints each event as one line of JSON, {"event":TABLE, COLUMN:VALUE, ...},
//                                         with all values as text
//   node read-store.mjs --count FOLDER    prints the number of rows of counted events, including rows being deleted

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * The parts that are in use, oldest first. A part is replaced by another one whose numbers include its own, or that has
 * the same numbers and a higher revision.
 */
function partsOf(folder) {
  // A tool without events has no parts.
  const files = readdirSync(folder).includes('parts') ? readdirSync(join(folder, 'parts')) : [];
  const parts = files.flatMap((file) => {
    const match = /^\d{4}-\d{2}\.(\d+)(?:-(\d+))?(?:r(\d+))?\.duckdb$/.exec(file);
    if (!match) return [];
    const [, first, last = first, revision = 0] = match;
    return [{ path: join(folder, 'parts', file), first: +first, last: +last, revision: +revision }];
  });
  const includes = (a, b) => a.first <= b.first && a.last >= b.last;
  const replaces = (a, b) => includes(a, b) && (!includes(b, a) || a.revision > b.revision);
  return parts.filter((part) => !parts.some((other) => replaces(other, part))).sort((a, b) => a.first - b.first);
}

/** Whether a row of a table belongs to an installation that is being deleted. */
function deletedIn(folder) {
  const file = join(folder, 'deleting.ndjson');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const requests = lines.map((line) => JSON.parse(line));
  return (table, row) => requests.some(({ installations, columns }) =>
    columns.some(([name, column]) => name === table && installations.includes(row[column])));
}

async function eachTable(folder, schema, visit) {
  for (const { path } of partsOf(folder)) {
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const query = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    const tables = await query(
      `select table_name as name from duckdb_tables()
       where not internal and schema_name = '${schema}' and not starts_with(table_name, '_')`);
    for (const { name } of tables) await visit(name, query);
    connection.closeSync();
    instance.closeSync();
  }
}

async function eachRow(folder, schema, visit) {
  const isDeleted = deletedIn(folder);
  await eachTable(folder, schema, async (name, query) => {
    for (const row of await query(`select * from ${schema}."${name}"`)) {
      if (!isDeleted(name, row)) visit(name, row);
    }
  });
}

/** The number of counted events in a tool's folder. */
export async function countEvents(folder) {
  let events = 0;
  await eachRow(folder, 'main', () => events++);
  return events;
}

if (process.argv[1] !== fileURLToPath(import.meta.url)) {
  // Imported: the importing script calls the function.
} else if (process.argv[2] === '--count') {
  let rows = 0;
  await eachTable(process.argv[3], 'main', async (name, query) => {
    rows += (await query(`select count(*)::integer as count from main."${name}"`))[0].count;
  });
  console.log(rows);
} else {
  const print = (event, row) => console.log(JSON.stringify({ event, ...row }));
  await eachRow(process.argv[2], process.argv[3] ?? 'main', print);
}
