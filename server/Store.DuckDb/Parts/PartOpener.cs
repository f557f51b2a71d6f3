// SPDX-License-Identifier: MIT
// Attaches a tool's parts when it is opened, finishes what a crash left unfinished, and makes the part that takes commits.

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// A part begins as a file without content whose rows are all in its log; sealing it moves them into the file by the one checkpoint of its life. So a file that has
/// content takes no commits any more. Stateless.
/// </summary>
static class PartOpener
{
    // DuckDB's main header and the two of its checkpoints.
    const long HeadersLength = 3 * 4096;

    /// <summary>Attaches all parts, oldest first; the last takes commits.</summary>
    /// <exception cref="Tallymark.Store.StoreException">One can't be opened; the message names it.</exception>
    public static List<Part> Open(Database engine, PartFolder folder, DateTimeOffset now)
    {
        var parts = new List<Part>();
        var names = folder.Open();
        var next = folder.NextNumber(); // also after one that was set aside, which had a number too
        foreach (var name in names)
        {
            parts.Add(name.Last + 1 == next && !HasContent(folder.PathOf(name))
                ? Continue(engine, folder, name, parts)
                : AttachSealed(engine, folder, name));
        }

        if (parts.Count == 0 || parts[^1].IsSealed)
            parts.Add(Make(engine, folder, PartName.Begin(now, next), Union(parts)));
        return parts;
    }

    /// <summary>Makes an empty part with the tables of a catalogue. On return it is on disk.</summary>
    public static Part Make(Database engine, PartFolder folder, PartName name, Catalog catalog)
    {
        var part = new Part(folder.PathOf(name), name);
        ToolFiles.Attach(engine, part, readOnly: false);
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
            Fill(engine, part, Union(before)); // it was killed when it had just made the file
        return part;
    }

    static Part AttachSealed(Database engine, PartFolder folder, PartName name)
    {
        var part = new Part(folder.PathOf(name), name) { IsSealed = true };
        if (File.Exists($"{part.Path}.wal"))
        {
            // It was killed before its checkpoint was done, or while it was, and the file's headers still say that there is none; or after it, and only the log is to go.
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

    static bool HasContent(string path) => new FileInfo(path).Length > HeadersLength;

    static bool HasBatches(Database engine, Part part)
    {
        using var connection = engine.Connect(part.Path);
        using var rows = connection.Query("SELECT 1 FROM duckdb_tables() WHERE database_name = $1 AND table_name = '_batches'", part.Alias);
        return rows.Read();
    }

    static void Fill(Database engine, Part part, Catalog catalog)
    {
        using var connection = engine.Connect(part.Path);
        using (var transaction = new Transaction(connection))
        {
            foreach (var statement in catalog.Make(part.Alias))
                connection.Execute(statement);
            transaction.Commit();
        }

        DurableFile.Protect($"{part.Path}.wal");
        part.Catalog = catalog;
    }

    static void ReadCatalog(Database engine, Part part)
    {
        using var connection = engine.Connect(part.Path);
        part.Catalog = Catalog.Read(connection, part.Alias);
    }

    static Catalog Union(IEnumerable<Part> parts) => Catalog.Union(parts.Select(part => part.Catalog));
}
