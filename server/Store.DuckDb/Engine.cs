// SPDX-License-Identifier: MIT
// DuckDB for one tool: an engine without a file of its own, which reaches that tool's folder and nothing else.

using System.Globalization;

namespace Tallymark.DuckDb;

/// <summary>Opens engines and sets how much of the machine they take.</summary>
static class Engine
{
    /// <summary>An engine for the files of a folder.</summary>
    public static Database Open(PartFolder folder, DuckDbOptions options)
    {
        var engine = Database.OpenEngine(folder.Path, Settings(options));
        using var connection = engine.Connect();
        connection.Execute($"SET temp_directory = {Sql.Text(folder.Temporary)}");
        connection.Execute($"SET allowed_directories = [{Sql.Text(folder.Path)}]");
        connection.Execute("SET enable_external_access = false"); // for good: DuckDB lets nobody turn it on again
        connection.Execute($"CREATE TABLE {Sql.Deleting} (id VARCHAR)");
        connection.Execute("PRAGMA disable_checkpoint_on_shutdown"); // also where a file is detached: checkpoints are asked for
        return engine;
    }

    /// <summary>Changes how much memory an engine takes at most.</summary>
    public static void Limit(Database engine, int mebibytes)
    {
        using var connection = engine.Connect();
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{mebibytes}MiB'"));
    }

    // What the settings are for: no word from the file, a query or the network brings in code.
    static IEnumerable<(string Name, string Value)> Settings(DuckDbOptions options) =>
    [
        ("memory_limit", $"{options.MemoryLimitMiB}MiB"),
        ("threads", $"{options.Threads}"),

        // Only where it is asked for: if a checkpoint within a commit fails (seen: on a full disk), the commit has lasted and says that it failed. And DuckDB
        // writes a part of its metadata in place (seen in traces of system calls), so that a file may get but one.
        ("checkpoint_threshold", "1TB"),
        ("allocator_flush_threshold", "16MB"), // what a large step freed goes back to the system sooner
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
    ];
}
