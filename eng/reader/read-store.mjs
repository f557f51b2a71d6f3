// SPDX-License-Identifier: MIT
// Reads a tool's parts with DuckDB's own Node.js client: eyes that share no code with the product. The collector must have stopped. The layout is that of
// spec/control.md: FOLDER/parts/*.duckdb, each a file with some of the events, and FOLDER/deleting.ndjson with requests to delete whose rows still lie in some part.
// Events that are counted lie in the schema `main`, what builds of a tool's own makers sent in `dev`.
// As a program: node read-store.mjs FOLDER [SCHEMA] prints one line of JSON for each event, {"event":TABLE, COLUMN:VALUE, ...}, all values as text;
// node read-store.mjs --count FOLDER prints how many rows of events that count the parts have, also those that are being deleted.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

/** The files that count, oldest first: not those whose numbers lie within another's, or that have the same and a smaller revision. */
function partsOf(folder) {
  const parts = readdirSync(join(folder, 'parts')).flatMap((file) => {
    const match = /^\d{4}-\d{2}\.(\d+)(?:-(\d+))?(?:r(\d+))?\.duckdb$/.exec(file);
    return match ? [{ path: join(folder, 'parts', file), first: +match[1], last: +(match[2] ?? match[1]), revision: +(match[3] ?? 0) }] : [];
  });
  const replaces = (a, b) => a.first <= b.first && a.last >= b.last && (a.first !== b.first || a.last !== b.last || a.revision > b.revision);
  return parts.filter((part) => !parts.some((other) => replaces(other, part))).sort((a, b) => a.first - b.first);
}

/** Whether a row of a table belongs to an installation that is being deleted. */
function deletedIn(folder) {
  const file = join(folder, 'deleting.ndjson');
  const requests = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];
  return (table, row) => requests.some(({ installations, columns }) =>
    columns.some(([name, column]) => name === table && installations.includes(row[column])));
}

async function eachTable(folder, schema, visit) {
  for (const { path } of partsOf(folder)) {
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const query = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    const tables = await query(
      `select table_name as name from duckdb_tables() where not internal and schema_name = '${schema}' and not starts_with(table_name, '_')`);
    for (const { name } of tables) await visit(name, query);
    connection.closeSync();
    instance.closeSync();
  }
}

async function eachRow(folder, schema, visit) {
  const isDeleted = deletedIn(folder);
  await eachTable(folder, schema, async (name, query) => {
    for (const row of await query(`select * from ${schema}."${name}"`)) if (!isDeleted(name, row)) visit(name, row);
  });
}

/** How many events that count the tool's folder holds. */
export async function countEvents(folder) {
  let events = 0;
  await eachRow(folder, 'main', () => events++);
  return events;
}

if (process.argv[1] !== fileURLToPath(import.meta.url)) {
  // Imported: whoever does so calls the function.
} else if (process.argv[2] === '--count') {
  let rows = 0;
  await eachTable(process.argv[3], 'main', async (name, query) => {
    rows += (await query(`select count(*)::integer as count from main."${name}"`))[0].count;
  });
  console.log(rows);
} else {
  await eachRow(process.argv[2], process.argv[3] ?? 'main', (event, row) => console.log(JSON.stringify({ event, ...row })));
}
