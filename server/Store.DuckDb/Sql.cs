// SPDX-License-Identifier: MIT
// The statements in Sql/, and the quoting of the names that stand in statements.

namespace Tallymark.DuckDb;

/// <summary>Text of statements. Values are never part of it, only names that are checked.</summary>
static class Sql
{
    /// <summary>Makes the table of batches.</summary>
    public static readonly string Batches = Read("batches.sql");

    /// <summary>Asks for the columns of the tables of events.</summary>
    public static readonly string Columns = Read("columns.sql");

    /// <summary>Asks for cells, with places for what differs.</summary>
    public static readonly string Cells = Read("cells.sql");

    /// <summary>Asks for cells of a rollup and of what came since, with places for what differs.</summary>
    public static readonly string RolledCells = Read("rolled-cells.sql");

    /// <summary>Asks for the numbers of a rollup's view, with places for what differs.</summary>
    public static readonly string Totals = Read("totals.sql");

    /// <summary>Makes the tables that all rollups of a file share.</summary>
    public static readonly string Rollups = Read("rollups.sql");

    /// <summary>The engine's own table, in memory, of ids that are being deleted.</summary>
    public const string Deleting = "memory.main.deleting";

    /// <summary>The schema of events that are counted.</summary>
    public const string Counted = "main";

    /// <summary>The schema of events of the tool's own makers.</summary>
    public const string Development = "dev";

    /// <summary>A table's name in a statement: the file that it lies in, its schema, its event.</summary>
    public static string TableName(string alias, string schema, string name) => $"\"{alias}\".{schema}.{Name(name)}";

    /// <summary>The table's name in a statement.</summary>
    public static string TableName(string alias, Table table) => TableName(alias, SchemaOf(table), table.Name);

    /// <summary>The codes of installations that are being deleted, as a subquery.</summary>
    /// <param name="rollups">The file of rollups that gave the codes.</param>
    public static string DeletingCodes(string rollups) => $"(SELECT i.code FROM \"{rollups}\".main.installations i JOIN {Deleting} d ON d.id = i.id)";

    /// <summary>A text in a statement, where it can't be a value: a path.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The schema that a table lies in.</summary>
    public static string SchemaOf(Table table) => table.IsDevelopment ? Development : Counted;

    /// <summary>The column's name in a statement.</summary>
    /// <exception cref="StoreException">It is not a name that a manifest can have.</exception>
    public static string Name(string name) =>
        IsName(name)
            ? $"\"{name}\""
            : throw new StoreException($"'{name}' is not a name: write [a-z][a-z0-9_]*, at most 40 characters.");

    /// <summary>A name as it is, once it is known to be one.</summary>
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
