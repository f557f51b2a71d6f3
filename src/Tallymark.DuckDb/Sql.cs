// SPDX-License-Identifier: MIT
// The statements in Sql/, and the quoting of the names that stand in statements.

using System;
using System.IO;
using Tallymark.Store;

namespace Tallymark.DuckDb;

/// <summary>Text of statements. Values are never part of it, only names that are checked.</summary>
static class Sql
{
    /// <summary>Makes the table of batches.</summary>
    public static readonly string Batches = Read("batches.sql");

    /// <summary>Makes the table of deleted installations.</summary>
    public static readonly string Deleted = Read("deleted.sql");

    /// <summary>Asks for the columns of the tables of events.</summary>
    public static readonly string Columns = Read("columns.sql");

    /// <summary>Asks for cells, with places for what differs.</summary>
    public static readonly string Cells = Read("cells.sql");

    /// <summary>The schema of events that are counted.</summary>
    public const string Counted = "main";

    /// <summary>The schema of events of the tool's own makers.</summary>
    public const string Development = "dev";

    /// <summary>The name in a statement of the table of an event that is counted.</summary>
    public static string TableName(string name) => $"{Counted}.{Name(name)}";

    /// <summary>The table's name in a statement.</summary>
    public static string TableName(Table table) => $"{SchemaOf(table)}.{Name(table.Name)}";

    /// <summary>The schema that a table lies in.</summary>
    public static string SchemaOf(Table table) => table.IsDevelopment ? Development : Counted;

    /// <summary>The column's name in a statement.</summary>
    /// <exception cref="StoreException">It is not a name that a manifest can have.</exception>
    public static string Name(string name) =>
        IsName(name)
            ? $"\"{name}\""
            : throw new StoreException($"'{name}' is not a name: write [a-z][a-z0-9_]*, at most 40 characters.");

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
