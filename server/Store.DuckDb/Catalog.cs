// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>
/// The tables of events in one part and their columns, and the statements that add what a newer manifest needs.
/// Immutable.
/// </summary>
sealed class Catalog
{
    // By table: DuckDB's type of each column. Counted events, and those of development builds.
    readonly Dictionary<string, Dictionary<string, string>> _tables = new(StringComparer.Ordinal);
    readonly Dictionary<string, Dictionary<string, string>> _development = new(StringComparer.Ordinal);

    Catalog() { }

    /// <summary>The names of the events that are counted.</summary>
    public IReadOnlyCollection<string> Events => _tables.Keys;

    /// <summary>The number of columns of all tables.</summary>
    public int ColumnCount => _tables.Values.Sum(t => t.Count) + _development.Values.Sum(t => t.Count);

    /// <summary>All tables: schema, name, and DuckDB's type of each column.</summary>
    public IEnumerable<(string Schema, string Name, IReadOnlyDictionary<string, string> Columns)> Tables =>
    [
        .. _tables.Select(t => (Sql.Counted, t.Key, (IReadOnlyDictionary<string, string>)t.Value)),
        .. _development.Select(t => (Sql.Development, t.Key, (IReadOnlyDictionary<string, string>)t.Value)),
    ];

    /// <summary>Reads the catalog of an attached file.</summary>
    public static Catalog Read(Connection connection, string alias)
    {
        var catalog = new Catalog();
        using var rows = connection.Query(Sql.Columns, alias);
        while (rows.Read())
        {
            catalog.Add(rows.Text(0)!, rows.Text(1)!, rows.Text(2)!, rows.Text(3)!);
        }

        return catalog;
    }

    /// <summary>Every table and column of several catalogs.</summary>
    public static Catalog Union(IEnumerable<Catalog> catalogs)
    {
        var union = new Catalog();
        foreach (var (schema, name, columns) in catalogs.SelectMany(c => c.Tables))
        {
            foreach (var (column, type) in columns)
                union.Add(schema, name, column, type);
        }

        return union;
    }

    /// <summary>
    /// The catalog after <see cref="Widen"/>. Not read from the file: DuckDB's list of columns uses every file of the
    /// engine, and then none of them can be reattached.
    /// </summary>
    public Catalog With(IReadOnlyList<Table> tables)
    {
        var wider = Union([this]);
        foreach (var table in tables.Concat(tables.Select(t => t.Development).OfType<Table>()))
        {
            foreach (var column in table.Columns)
                wider.Add(Sql.SchemaOf(table), table.Name, column.Name, TypeMapping.SqlName(column.Type));
        }

        return wider;
    }

    /// <summary>The statements that create all tables in an empty file.</summary>
    public IReadOnlyList<string> CreateStatements(string alias) =>
    [
        Sql.Batches.Replace("{alias}", alias, StringComparison.Ordinal),
        .. _development.Count > 0 ? [CreateDevelopment(alias)] : Array.Empty<string>(),
        .. Tables.Select(t => $"CREATE TABLE {Sql.TableName(alias, t.Schema, t.Name)} " +
            $"({string.Join(", ", t.Columns.Select(c => $"{Sql.Name(c.Key)} {c.Value}"))})"),
    ];

    /// <summary>DuckDB's type of a column; null: there is no such table or column.</summary>
    public string? Find(string schema, string table, string column) =>
        (string.Equals(schema, Sql.Counted, StringComparison.Ordinal) ? _tables : _development)
        .TryGetValue(table, out var columns)
            ? columns.GetValueOrDefault(column)
            : null;

    /// <summary>The statements that add missing tables and columns; empty if nothing is missing.</summary>
    /// <exception cref="StoreException">A column exists with another type.</exception>
    public IReadOnlyList<string> Widen(string tool, string alias, IReadOnlyList<Table> tables)
    {
        var statements = new List<string>();
        foreach (var table in tables.Concat(tables.Select(t => t.Development).OfType<Table>()))
        {
            if (!TablesLike(table).TryGetValue(table.Name, out var columns))
            {
                if (table.IsDevelopment && _development.Count == 0
                    && !statements.Contains(CreateDevelopment(alias), StringComparer.Ordinal))
                    statements.Add(CreateDevelopment(alias));
                statements.Add(Create(alias, table));
                continue;
            }

            foreach (var column in table.Columns)
            {
                if (!columns.TryGetValue(column.Name, out var type))
                    statements.Add($"ALTER TABLE {Sql.TableName(alias, table)} ADD COLUMN {Define(column)}");
                else if (!string.Equals(type, TypeMapping.SqlName(column.Type), StringComparison.Ordinal))
                    throw Conflict(tool, table, column, type);
            }
        }

        return statements;
    }

    /// <summary>Checks that rows of this table can be appended.</summary>
    /// <exception cref="StoreException">The table or a column is missing, or a column has another type.</exception>
    public void Check(string tool, Table table)
    {
        if (!TablesLike(table).TryGetValue(table.Name, out var columns))
        {
            throw new StoreException(
                $"Tool {tool} has no table {table.Name}: prepare the store with the manifest that has this event.");
        }

        foreach (var column in table.Columns)
        {
            if (!columns.TryGetValue(column.Name, out var type))
            {
                throw new StoreException(
                    $"Tool {tool}, table {table.Name} has no column {column.Name}: " +
                    "prepare the store with the manifest that has this field.");
            }

            if (!string.Equals(type, TypeMapping.SqlName(column.Type), StringComparison.Ordinal))
                throw Conflict(tool, table, column, type);
        }
    }

    /// <summary>DuckDB's type of a column of counted events.</summary>
    /// <exception cref="StoreException">There is no such event, or it has no such column.</exception>
    public string TypeOf(string tool, string table, string column)
    {
        if (!_tables.TryGetValue(table, out var columns))
            throw new StoreException($"Tool {tool} has no event {table} in the store.");
        return columns.TryGetValue(column, out var type)
            ? type
            : throw new StoreException($"Event {table} of tool {tool} has no column {column} in the store.");
    }

    void Add(string schema, string table, string column, string type)
    {
        var tables = string.Equals(schema, Sql.Counted, StringComparison.Ordinal) ? _tables : _development;
        if (!tables.TryGetValue(table, out var columns))
            tables.Add(table, columns = new Dictionary<string, string>(StringComparer.Ordinal));
        columns.TryAdd(column, type);
    }

    static StoreException Conflict(string tool, Table table, Column column, string type) => new(
        $"Tool {tool}, table {table.Name}, column {column.Name}: the store has type {type}, the manifest needs " +
        $"{TypeMapping.SqlName(column.Type)}. A field's type can't change; use a different name for the new field.");

    Dictionary<string, Dictionary<string, string>> TablesLike(Table table) =>
        table.IsDevelopment ? _development : _tables;

    static string CreateDevelopment(string alias) => $"CREATE SCHEMA IF NOT EXISTS \"{alias}\".{Sql.Development}";

    static string Create(string alias, Table table)
    {
        var columns = new List<string>(table.Columns.Count);
        foreach (var column in table.Columns)
            columns.Add(Define(column));
        return $"CREATE TABLE {Sql.TableName(alias, table)} ({string.Join(", ", columns)})";
    }

    static string Define(Column column) => $"{Sql.Name(column.Name)} {TypeMapping.SqlName(column.Type)}";
}
