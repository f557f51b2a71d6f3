// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>
/// The statements in <c>Sql/</c>, and quoting of names. Statements contain checked names only, never values.
/// </summary>
static class Sql
{
    /// <summary>Creates the table of batches.</summary>
    public static readonly string Batches = Read("batches.sql");

    /// <summary>Lists the columns of the tables of events.</summary>
    public static readonly string Columns = Read("columns.sql");

    /// <summary>Reads cells from events; has placeholders.</summary>
    public static readonly string Cells = Read("cells.sql");

    /// <summary>Reads cells from a rollup and from later events; has placeholders.</summary>
    public static readonly string RolledCells = Read("rolled-cells.sql");

    /// <summary>Reads totals of a rollup's view; has placeholders.</summary>
    public static readonly string Totals = Read("totals.sql");

    /// <summary>Creates the tables that all rollups of a file share.</summary>
    public static readonly string Rollups = Read("rollups.sql");

    /// <summary>The engine's table, in memory, of the ids of pending deletions.</summary>
    public const string DeletedIds = "memory.main.deleting";

    /// <summary>The schema of counted events.</summary>
    public const string Counted = "main";

    /// <summary>The schema of events of development builds.</summary>
    public const string Development = "dev";

    /// <summary>A table's name in a statement: its file, its schema, its event.</summary>
    public static string TableName(string alias, string schema, string name) => $"\"{alias}\".{schema}.{Name(name)}";

    /// <summary>The table's name in a statement.</summary>
    public static string TableName(string alias, Table table) => TableName(alias, SchemaOf(table), table.Name);

    /// <summary>The codes of installations with pending deletions, as a subquery.</summary>
    /// <param name="rollups">The file of rollups that assigned the codes.</param>
    public static string DeletedCodes(string rollups) =>
        $"(SELECT i.code FROM \"{rollups}\".main.installations i JOIN {DeletedIds} d ON d.id = i.id)";

    /// <summary>A text literal, where a statement can't have a value: a path.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The schema of a table.</summary>
    public static string SchemaOf(Table table) => table.IsDevelopment ? Development : Counted;

    /// <summary>The column's name in a statement.</summary>
    /// <exception cref="StoreException">It is not a name that a manifest can have.</exception>
    public static string Name(string name) =>
        IsName(name)
            ? $"\"{name}\""
            : throw new StoreException($"'{name}' is not a valid name: use [a-z][a-z0-9_]*, at most 40 characters.");

    /// <summary>A checked name without quotes.</summary>
    /// <exception cref="StoreException">It is not a name that a manifest can have.</exception>
    public static string Plain(string name) => Name(name)[1..^1];

    static bool IsName(string name)
    {
        if (name.Length is 0 or > 40 || !char.IsAsciiLetterLower(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_')
                return false;
        }

        return true;
    }

    static string Read(string file)
    {
        using var stream = typeof(Sql).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The assembly has no {file}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
