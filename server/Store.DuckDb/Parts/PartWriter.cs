// SPDX-License-Identifier: MIT
// Writes parts anew: several as one, and without the rows that must go. Nothing is ever changed in place.

using System.Globalization;

namespace Tallymark.DuckDb.Parts;

/// <summary>Which rows stay.</summary>
/// <param name="Deleting">Requests to delete.</param>
/// <param name="FirstDay">Events of earlier days go.</param>
/// <param name="FirstReceipt">Ids of batches that came before this day go: no client can send them again.</param>
sealed record KeepRule(IReadOnlyList<DeletionRequest> Deleting, DateOnly FirstDay, DateOnly FirstReceipt)
{
    /// <summary>The condition on a row <c>t</c> of a table of events.</summary>
    public string Of(Catalog catalog, string schema, string name) => string.Join(
        " AND ", EventScan.NotDeleted(catalog, schema, name, Deleting).Prepend(InTime));

    /// <summary>The condition on a row <c>t</c> of a table of events that keeps all but what is too old.</summary>
    public string InTime => At("t.\"time\"", FirstDay);

    /// <summary>The condition on a row <c>t</c> of the table of batches.</summary>
    public string OfBatches => At("t.received", FirstReceipt);

    static string At(string column, DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"{column} >= make_timestamp_ns({Days.Start(day)})");
}

/// <summary>Makes new parts out of sealed ones. One thread at a time; nobody has to wait for it.</summary>
/// <param name="engine">Has the parts attached.</param>
/// <param name="folder">Where parts lie.</param>
sealed class PartWriter(Database engine, string folder)
{
    /// <summary>What a file is called until it is complete: such a file is a leftover when the tool is opened.</summary>
    public const string Unfinished = ".new";

    /// <summary>How many rows of the part's events must go, of these those that are too old.</summary>
    public (long Rows, long TooOld) Going(Part part, KeepRule rule)
    {
        using var connection = engine.Connect();
        long rows = 0, tooOld = 0;
        foreach (var (schema, name, _) in part.Catalog.Tables)
        {
            using var answer = connection.Query(
                $"SELECT count(*), count(*) FILTER (WHERE NOT ({rule.InTime})) FROM {Sql.TableName(part.Alias, schema, name)} t " +
                $"WHERE NOT ({rule.Of(part.Catalog, schema, name)})");
            if (answer.Read())
                (rows, tooOld) = (rows + answer.Int64(0), tooOld + answer.Int64(1));
        }

        return (rows, tooOld);
    }

    /// <summary>
    /// Writes what stays of these parts into one file, which on return has its name, is on disk and is attached to be read.
    /// </summary>
    /// <returns>Null if nothing stays: no file was made.</returns>
    /// <exception cref="StoreException">It could not be written; the parts are as they were.</exception>
    /// <exception cref="OperationCanceledException">It was told to end; the parts are as they were.</exception>
    public Part? Write(IReadOnlyList<Part> parts, PartName name, KeepRule rule, CancellationToken cancel)
    {
        var path = Path.Combine(folder, name.FileName);
        var unfinished = new AttachedFile(path + Unfinished, $"{name.Alias}_new");
        Remove(unfinished.Path);
        var catalog = Catalog.Union(parts.Select(part => part.Catalog));
        bool isEmpty;
        try
        {
            ToolFiles.Attach(engine, unfinished, readOnly: false);
            DurableFile.Protect(unfinished.Path);
            try
            {
                using var connection = engine.Connect(unfinished.Path);
                isEmpty = !Fill(connection, unfinished.Alias, catalog, parts, rule, cancel);
                connection.Execute($"CHECKPOINT \"{unfinished.Alias}\"");
            }
            finally
            {
                using var connection = engine.Connect(unfinished.Path);
                connection.Execute($"DETACH \"{unfinished.Alias}\""); // closes the file, which is synced by then
            }
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            Remove(unfinished.Path);
            throw;
        }

        if (isEmpty)
        {
            Remove(unfinished.Path);
            return null;
        }

        DurableFile.Move(unfinished.Path, path);
        var part = new Part(path, name) { IsSealed = true, Catalog = catalog };
        ToolFiles.Attach(engine, part, readOnly: true);
        return part;
    }

    // In the order in which the rows came: then rows of a day lie together, which is what makes reading a day quick.
    static bool Fill(Connection connection, string alias, Catalog catalog, IReadOnlyList<Part> parts, KeepRule rule, CancellationToken cancel)
    {
        using var transaction = new Transaction(connection);
        foreach (var statement in catalog.Make(alias))
            connection.Execute(statement);
        foreach (var part in parts)
        {
            foreach (var (schema, name, columns) in part.Catalog.Tables)
            {
                var names = string.Join(", ", columns.Keys.Select(Sql.Name));
                connection.Execute(
                    $"INSERT INTO {Sql.TableName(alias, schema, name)} ({names}) SELECT {names} " +
                    $"FROM {Sql.TableName(part.Alias, schema, name)} t WHERE {rule.Of(part.Catalog, schema, name)}", cancel);
            }

            connection.Execute(
                $"INSERT INTO \"{alias}\".main._batches SELECT id, received, events FROM \"{part.Alias}\".main._batches t WHERE {rule.OfBatches}");
        }

        var any = catalog.Tables.Select(t => Sql.TableName(alias, t.Schema, t.Name)).Append($"\"{alias}\".main._batches")
            .Any(table => HasRows(connection, table));
        transaction.Commit();
        return any;
    }

    static bool HasRows(Connection connection, string table)
    {
        using var rows = connection.Query($"SELECT 1 FROM {table} LIMIT 1");
        return rows.Read();
    }

    static void Remove(string path)
    {
        File.Delete(path);
        File.Delete($"{path}.wal");
    }
}
