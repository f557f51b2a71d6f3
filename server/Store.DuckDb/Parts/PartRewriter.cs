// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// Writes sealed parts into new files: several as one, and without the rows that must be removed. Never changes a part
/// in place. One thread at a time; commits and readers don't wait for it.
/// </summary>
/// <param name="engine">Has the parts attached.</param>
/// <param name="folder">The folder of the parts.</param>
sealed class PartRewriter(Database engine, string folder)
{
    /// <summary>The suffix of an incomplete file; opening the tool deletes such files.</summary>
    public const string UnfinishedSuffix = ".new";

    /// <summary>The number of events of a part that must be removed, and how many of these are expired.</summary>
    public (long Rows, long Expired) CountRemovable(Part part, RetentionRule rule)
    {
        using var connection = engine.Connect();
        long rows = 0, expired = 0;
        foreach (var (schema, name, _) in part.Catalog.Tables)
        {
            using var answer = connection.Query(
                $"SELECT count(*), count(*) FILTER (WHERE NOT ({rule.IsNotExpired})) " +
                $"FROM {Sql.TableName(part.Alias, schema, name)} t " +
                $"WHERE NOT ({rule.Keeps(part.Catalog, schema, name)})");
            if (answer.Read())
                (rows, expired) = (rows + answer.Int64(0), expired + answer.Int64(1));
        }

        return (rows, expired);
    }

    /// <summary>
    /// Writes the kept rows of parts into one file. On return it has its name, is durable and is attached read-only.
    /// </summary>
    /// <returns>Null if no row is kept: no file was created.</returns>
    /// <exception cref="StoreException">The file could not be written; the parts are unchanged.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; the parts are unchanged.</exception>
    public Part? Write(IReadOnlyList<Part> parts, PartName name, RetentionRule rule, CancellationToken cancel)
    {
        var path = Path.Combine(folder, name.FileName);
        var unfinished = new AttachedFile(path + UnfinishedSuffix, $"{name.Alias}_new");
        var catalog = Catalog.Union(parts.Select(part => part.Catalog));
        bool isEmpty;
        Delete(unfinished);
        try
        {
            isEmpty = !Fill(unfinished, catalog, parts, rule, cancel);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            Delete(unfinished);
            throw;
        }

        if (isEmpty)
        {
            Delete(unfinished);
            return null;
        }

        DurableFile.Move(unfinished.Path, path);
        var part = new Part(path, name) { IsSealed = true, Catalog = catalog };
        ToolFiles.Attach(engine, part, readOnly: true);
        return part;
    }

    // Returns whether the file has rows.
    bool Fill(
        AttachedFile file, Catalog catalog, IReadOnlyList<Part> parts, RetentionRule rule, CancellationToken cancel)
    {
        ToolFiles.Create(engine, file, BlockSize.For(catalog, parts.Sum(part => new FileInfo(part.Path).Length)));
        DurableFile.Protect(file.Path);
        try
        {
            using var connection = engine.Connect(file.Path);
            var hasRows = Copy(connection, file.Alias, catalog, parts, rule, cancel);
            connection.Execute($"CHECKPOINT \"{file.Alias}\"");
            return hasRows;
        }
        finally
        {
            using var connection = engine.Connect(file.Path);
            connection.Execute($"DETACH \"{file.Alias}\""); // closes the file, which is synced by then
        }
    }

    // In the order in which the rows were received: the rows of a day are then close together, which makes reading a
    // day fast.
    static bool Copy(
        Connection connection, string alias, Catalog catalog, IReadOnlyList<Part> parts, RetentionRule rule,
        CancellationToken cancel)
    {
        using var transaction = new Transaction(connection);
        foreach (var statement in catalog.CreateStatements(alias))
            connection.Execute(statement);
        foreach (var part in parts)
        {
            foreach (var (schema, name, columns) in part.Catalog.Tables)
            {
                var names = string.Join(", ", columns.Keys.Select(Sql.Name));
                connection.Execute(
                    $"INSERT INTO {Sql.TableName(alias, schema, name)} ({names}) SELECT {names} " +
                    $"FROM {Sql.TableName(part.Alias, schema, name)} t WHERE {rule.Keeps(part.Catalog, schema, name)}",
                    cancel);
            }

            connection.Execute(
                $"INSERT INTO \"{alias}\".main._batches SELECT id, received, events " +
                $"FROM \"{part.Alias}\".main._batches t WHERE {rule.KeepsBatch}");
        }

        var hasRows = catalog.Tables.Select(t => Sql.TableName(alias, t.Schema, t.Name))
            .Append($"\"{alias}\".main._batches").Any(table => HasRows(connection, table));
        transaction.Commit();
        return hasRows;
    }

    static bool HasRows(Connection connection, string table)
    {
        using var rows = connection.Query($"SELECT 1 FROM {table} LIMIT 1");
        return rows.Read();
    }

    static void Delete(AttachedFile file)
    {
        File.Delete(file.Path);
        File.Delete(file.LogPath);
    }
}
