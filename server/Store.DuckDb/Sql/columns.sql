-- The tables of events of one attached file and their columns: `main` has counted events, `dev` those of development
-- builds. Names that start with _ are the store's own tables. $1 is the file's name in statements.
SELECT schema_name, table_name, column_name, data_type
FROM duckdb_columns()
WHERE database_name = $1 AND schema_name IN ('main', 'dev') AND NOT starts_with(table_name, '_')
ORDER BY schema_name, table_name, column_index
