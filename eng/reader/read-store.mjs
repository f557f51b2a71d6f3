// SPDX-License-Identifier: MIT
// Reads a tool's DuckDB file with DuckDB's own Node.js client: eyes that share no code with the product. The collector must have stopped.
// Events that are counted lie in the schema `main`, what builds of a tool's own makers sent in `dev`.
// As a program: node read-store.mjs FILE [SCHEMA] prints one line of JSON for each event, {"event":TABLE, COLUMN:VALUE, ...}, all values as text.

import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

async function withTables(file, schema, visit) {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const query = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const tables = await query(
    `select table_name as name from duckdb_tables() where not internal and schema_name = '${schema}' and not starts_with(table_name, '_')`);
  for (const { name } of tables) await visit(name, query);
  connection.closeSync();
  instance.closeSync();
}

/** How many events the file holds in all its event tables. */
export async function countEvents(file) {
  let events = 0;
  await withTables(file, 'main', async (table, query) => {
    const [{ count }] = await query(`select count(*)::integer as count from main."${table}"`);
    events += count;
  });
  return events;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const schema = process.argv[3] ?? 'main';
  await withTables(process.argv[2], schema, async (table, query) => {
    for (const row of await query(`select * from ${schema}."${table}"`)) console.log(JSON.stringify({ event: table, ...row }));
  });
}
