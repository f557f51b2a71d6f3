-- The tables of events of one attached file and their columns: in `main` what is counted, in `dev` what builds of the tool's own makers sent. Those whose
-- names begin with _ are the store's own. $1 is what the file is called.
SELECT schema_name, table_name, column_name, data_type
FROM duckdb_columns()
WHERE database_name = $1 AND schema_name IN ('main', 'dev') AND NOT starts_with(table_name, '_')
ORDER BY schema_name, table_name, column_index
