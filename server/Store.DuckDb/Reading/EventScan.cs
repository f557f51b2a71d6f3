// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// Selects the counted rows of one event in one part that are not deleted: <c>day</c>, <c>installation</c>,
/// <c>event</c>, <c>network</c>, and <c>c0</c>, <c>c1</c> ... for the columns. A column that the part lacks is null; a
/// withheld value is <c>other</c>. The names were checked before.
/// </summary>
/// <param name="Columns">The columns; <c>event</c> is the event's name.</param>
/// <param name="Installation">The column of the installation.</param>
/// <param name="Where">The days, as a condition on <c>t."time"</c>; null: all.</param>
/// <param name="Deletions">Pending deletions, whose rows may still be in the files.</param>
sealed record EventScan(
    IReadOnlyList<string> Columns, string Installation, string? Where, IReadOnlyList<PendingDeletion> Deletions)
{
    /// <summary>The SELECT; null if the part has no such event.</summary>
    /// <param name="part">The part.</param>
    /// <param name="name">The event.</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The end of the rows, exclusive; null: all rows.</param>
    public string? Select(Part part, string name, long from = 0, long? to = null)
    {
        if (part.Catalog.Find(Sql.Counted, name, "time") is null)
            return null;
        List<string> columns =
        [
            "CAST(t.\"time\" AS DATE) AS day",
            $"{Value(part, name, Installation)} AS installation",
            $"{Sql.Text(Sql.Plain(name))} AS event",
            part.Catalog.Find(Sql.Counted, name, Table.Network) is null
                ? "CAST(NULL AS BIGINT) AS network"
                : $"t.{Sql.Name(Table.Network)} AS network",
        ];
        for (var i = 0; i < Columns.Count; i++)
        {
            if (!IsEvent(Columns[i]))
                columns.Add($"{PublishedValue(part, name, Columns[i])} AS c{i}");
        }

        List<string> conditions = [$"t.{Sql.Name(Table.Counts)} IS NOT FALSE"];
        if (Where is not null)
            conditions.Add(Where);
        if (from > 0)
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"t.rowid >= {from}"));
        if (to is { } end)
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"t.rowid < {end}"));
        conditions.AddRange(NotDeleted(part.Catalog, Sql.Counted, name, Deletions));
        return $"SELECT {string.Join(", ", columns)} FROM {Sql.TableName(part.Alias, Sql.Counted, name)} t " +
            $"WHERE {string.Join(" AND ", conditions)}";
    }

    /// <summary>The columns of a cell in the SELECT, in the order of the query.</summary>
    public IReadOnlyList<string> Values => [.. Columns.Select((name, i) => IsEvent(name) ? "event" : $"c{i}")];

    /// <summary>Conditions on <c>t</c> that exclude rows of pending deletions.</summary>
    public static IEnumerable<string> NotDeleted(
        Catalog catalog, string schema, string name, IReadOnlyList<PendingDeletion> deletions) =>
        IdColumns(catalog, schema, name, deletions)
            .Select(column => $"NOT EXISTS (SELECT 1 FROM {Sql.DeletedIds} d WHERE d.id = t.{Sql.Name(column)})");

    /// <summary>The columns of a table that can have a deleted id.</summary>
    public static IEnumerable<string> IdColumns(
        Catalog catalog, string schema, string name, IReadOnlyList<PendingDeletion> deletions) =>
        deletions.SelectMany(deletion => deletion.Columns)
            .Where(c => string.Equals(c.Table, name, StringComparison.Ordinal)
                && catalog.Find(schema, name, c.Column) is "VARCHAR")
            .Select(c => c.Column).Distinct(StringComparer.Ordinal);

    /// <summary>Whether a column of a query is the event's name.</summary>
    public static bool IsEvent(string column) => string.Equals(column, "event", StringComparison.Ordinal);

    // A withheld value is not distinguishable from a value that is in no list (spec/published.md).
    static string PublishedValue(Part part, string name, string column) =>
        part.Catalog.Find(Sql.Counted, name, column) is null
            ? Value(part, name, column)
            : $"CASE WHEN t.{Sql.Name(column)} IS NULL "
                + $"AND list_contains(t.{Sql.Name(Table.Withheld)}, {Sql.Text(Sql.Plain(column))}) "
                + $"THEN 'other' ELSE {Value(part, name, column)} END";

    static string Value(Part part, string name, string column) => part.Catalog.Find(Sql.Counted, name, column) is null
        ? "CAST(NULL AS VARCHAR)"
        : $"CAST(t.{Sql.Name(column)} AS VARCHAR)";
}
