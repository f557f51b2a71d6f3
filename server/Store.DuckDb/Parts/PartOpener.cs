// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// Attaches a tool's parts when it is opened, completes what a crash interrupted, and creates the part that takes
/// commits. A part starts as a file without content whose rows are all in its log; sealing moves them into the file
/// with the part's only checkpoint. So a file with content takes no commits. Stateless.
/// </summary>
static class PartOpener
{
    /// <summary>Attaches all parts, oldest first; the last takes commits.</summary>
    /// <exception cref="StoreException">A part can't be opened; the message names it.</exception>
    public static List<Part> Open(Database engine, PartFolder folder, DateTimeOffset now)
    {
        var parts = new List<Part>();
        var names = folder.Open();
        var next = folder.NextNumber(); // greater than that of a part that was set aside
        foreach (var name in names)
        {
            var path = folder.PathOf(name);
            if (name.Last + 1 < next || BlockCheck.HasContent(path))
                parts.Add(AttachSealed(engine, folder, name));
            else if (BlockCheck.IsUnfinished(path) && !BlockCheck.HasLog(path))
            {
                // A kill interrupted DuckDB while it created the file. Rows are in the log, so there are none.
                File.Delete(path);
                parts.Add(Create(engine, folder, name, Union(parts), expectedBytes: 0));
            }
            else
                parts.Add(Continue(engine, folder, name, parts));
        }

        if (parts.Count == 0 || parts[^1].IsSealed)
            parts.Add(Create(engine, folder, PartName.Create(now, next), Union(parts), expectedBytes: 0));
        return parts;
    }

    /// <summary>
    /// Creates an empty part with the tables of a catalog, for about so many bytes. On return it is durable.
    /// </summary>
    public static Part Create(
        Database engine, PartFolder folder, PartName name, Catalog catalog, long expectedBytes)
    {
        var part = new Part(folder.PathOf(name), name);
        part.HasLargeBlocks = BlockSize.For(catalog, expectedBytes) == BlockSize.Large;
        ToolFiles.Create(engine, part, part.HasLargeBlocks ? BlockSize.Large : BlockSize.Small);
        DurableFile.Protect(part.Path);
        Fill(engine, part, catalog);
        return part;
    }

    static Part Continue(Database engine, PartFolder folder, PartName name, List<Part> before)
    {
        var part = new Part(folder.PathOf(name), name);
        ToolFiles.Attach(engine, part, readOnly: false);
        DurableFile.Protect(part.Path);
        if (HasBatches(engine, part))
            ReadCatalog(engine, part);
        else
            Fill(engine, part, Union(before)); // a kill interrupted its creation
        part.HasLargeBlocks = true; // perhaps; a part with many tables added is then begun again
        return part;
    }

    static Part AttachSealed(Database engine, PartFolder folder, PartName name)
    {
        var part = new Part(folder.PathOf(name), name) { IsSealed = true };
        if (File.Exists(part.LogPath))
        {
            // A kill came before or during the checkpoint, and the headers still say that there is none; or after it,
            // and only the log must be deleted.
            ToolFiles.Attach(engine, part, readOnly: false);
            using var connection = engine.Connect(part.Path);
            connection.Execute($"CHECKPOINT \"{part.Alias}\"");
            connection.Execute($"DETACH \"{part.Alias}\"");
        }

        ToolFiles.Attach(engine, part, readOnly: true);
        DurableFile.Protect(part.Path);
        ReadCatalog(engine, part);
        return part;
    }

    static bool HasBatches(Database engine, Part part)
    {
        using var connection = engine.Connect(part.Path);
        using var rows = connection.Query(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = $1 AND table_name = '_batches'", part.Alias);
        return rows.Read();
    }

    static void Fill(Database engine, Part part, Catalog catalog)
    {
        using var connection = engine.Connect(part.Path);
        using (var transaction = new Transaction(connection))
        {
            foreach (var statement in catalog.CreateStatements(part.Alias))
                connection.Execute(statement);
            transaction.Commit();
        }

        DurableFile.Protect(part.LogPath);
        part.Catalog = catalog;
    }

    static void ReadCatalog(Database engine, Part part)
    {
        using var connection = engine.Connect(part.Path);
        part.Catalog = Catalog.Read(connection, part.Alias);
    }

    static Catalog Union(IEnumerable<Part> parts) => Catalog.Union(parts.Select(part => part.Catalog));
}
