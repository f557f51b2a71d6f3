// SPDX-License-Identifier: MIT
// Which tables and columns a part has, and how it gets those that a newer manifest asks for.

namespace Tallymark.DuckDb;

/// <summary>The tables of events in one file, as they were when it was read. Immutable.</summary>
sealed class Catalog
{
    // By table: the type of each column as DuckDB calls it. What is counted, and what the tool's own makers sent.
    readonly Dictionary<string, Dictionary<string, string>> _tables = new(StringComparer.Ordinal);
    readonly Dictionary<string, Dictionary<string, string>> _development = new(StringComparer.Ordinal);

    Catalog() { }

    /// <summary>The names of the events that are counted.</summary>
    public IReadOnlyCollection<string> Events => _tables.Keys;

    /// <summary>All tables: schema, name, and the type of each column as DuckDB calls it.</summary>
    public IEnumerable<(string Schema, string Name, IReadOnlyDictionary<string, string> Columns)> Tables =>
    [
        .. _tables.Select(t => (Sql.Counted, t.Key, (IReadOnlyDictionary<string, string>)t.Value)),
        .. _development.Select(t => (Sql.Development, t.Key, (IReadOnlyDictionary<string, string>)t.Value)),
    ];

    /// <summary>Reads what an attached file has.</summary>
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

    /// <summary>All that any of these has.</summary>
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
    /// What the file has once <see cref="Widen"/> was done. Not read from it: DuckDB's list of columns is made with all files of the engine in use, and then none can be
    /// attached otherwise.
    /// </summary>
    public Catalog With(IReadOnlyList<Table> tables)
    {
        var wider = Union([this]);
        foreach (var table in tables.Concat(tables.Select(t => t.Development).OfType<Table>()))
        {
            foreach (var column in table.Columns)
                wider.Add(Sql.SchemaOf(table), table.Name, column.Name, SqlTypes.NameOf(column.Type));
        }

        return wider;
    }

    /// <summary>The statements that make all these tables in an empty file.</summary>
    public IReadOnlyList<string> Make(string alias) =>
    [
        Sql.Batches.Replace("{alias}", alias, StringComparison.Ordinal),
        .. _development.Count > 0 ? [MakeDevelopment(alias)] : Array.Empty<string>(),
        .. Tables.Select(t => $"CREATE TABLE {Sql.TableName(alias, t.Schema, t.Name)} " +
            $"({string.Join(", ", t.Columns.Select(c => $"{Sql.Name(c.Key)} {c.Value}"))})"),
    ];

    /// <summary>The type of a column as DuckDB calls it; null: there is no such table or column.</summary>
    public string? Find(string schema, string table, string column) =>
        (string.Equals(schema, Sql.Counted, StringComparison.Ordinal) ? _tables : _development).TryGetValue(table, out var columns)
            ? columns.GetValueOrDefault(column)
            : null;

    /// <summary>The statements that give the file what these tables ask for; empty if it has all of it.</summary>
    /// <exception cref="StoreException">A column exists with another type.</exception>
    public IReadOnlyList<string> Widen(string tool, string alias, IReadOnlyList<Table> tables)
    {
        var statements = new List<string>();
        foreach (var table in tables.Concat(tables.Select(t => t.Development).OfType<Table>()))
        {
            if (!TablesLike(table).TryGetValue(table.Name, out var columns))
            {
                if (table.IsDevelopment && _development.Count == 0 && !statements.Contains(MakeDevelopment(alias), StringComparer.Ordinal))
                    statements.Add(MakeDevelopment(alias));
                statements.Add(Create(alias, table));
                continue;
            }

            foreach (var column in table.Columns)
            {
                if (!columns.TryGetValue(column.Name, out var type))
                    statements.Add($"ALTER TABLE {Sql.TableName(alias, table)} ADD COLUMN {Define(column)}");
                else if (!string.Equals(type, SqlTypes.NameOf(column.Type), StringComparison.Ordinal))
                    throw Conflict(tool, table, column, type);
            }
        }

        return statements;
    }

    /// <summary>Sees that rows of this table can be appended.</summary>
    /// <exception cref="StoreException">The table, or a column, is missing or of another type.</exception>
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

            if (!string.Equals(type, SqlTypes.NameOf(column.Type), StringComparison.Ordinal))
                throw Conflict(tool, table, column, type);
        }
    }

    /// <summary>The type of a column as DuckDB calls it.</summary>
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
        $"Tool {tool}, table {table.Name}, column {column.Name}: the store has {type}, the manifest asks for " +
        $"{SqlTypes.NameOf(column.Type)}. A stored field keeps its type: give the new one another name.");

    Dictionary<string, Dictionary<string, string>> TablesLike(Table table) => table.IsDevelopment ? _development : _tables;

    static string MakeDevelopment(string alias) => $"CREATE SCHEMA IF NOT EXISTS \"{alias}\".{Sql.Development}";

    static string Create(string alias, Table table)
    {
        var columns = new List<string>(table.Columns.Count);
        foreach (var column in table.Columns)
            columns.Add(Define(column));
        return $"CREATE TABLE {Sql.TableName(alias, table)} ({string.Join(", ", columns)})";
    }

    static string Define(Column column) => $"{Sql.Name(column.Name)} {SqlTypes.NameOf(column.Type)}";
}
