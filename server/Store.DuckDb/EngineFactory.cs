// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb;

/// <summary>
/// Opens DuckDB for one tool: an engine without a file of its own that can access the tool's folder and nothing else.
/// </summary>
static class EngineFactory
{
    /// <summary>An engine for the files of a folder.</summary>
    public static Database Open(PartFolder folder, DuckDbOptions options)
    {
        var engine = Database.OpenEngine(folder.Path, Settings(options));
        using var connection = engine.Connect();
        connection.Execute($"SET temp_directory = {Sql.Text(folder.Temporary)}");
        connection.Execute($"SET allowed_directories = [{Sql.Text(folder.Path)}]");
        connection.Execute("SET enable_external_access = false"); // permanent
        connection.Execute($"CREATE TABLE {Sql.DeletedIds} (id VARCHAR)");
        connection.Execute("PRAGMA disable_checkpoint_on_shutdown"); // on detach too: every checkpoint is explicit
        return engine;
    }

    /// <summary>Sets an engine's memory limit and its number of threads.</summary>
    public static void SetLimits(Database engine, int mebibytes, int threads)
    {
        using var connection = engine.Connect();
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"SET threads = {threads}"));
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{mebibytes}MiB'"));
    }

    // Nothing in a file, in a query or on the network can load code.
    static IEnumerable<(string Name, string Value)> Settings(DuckDbOptions options) =>
    [
        ("memory_limit", $"{options.MemoryLimitMiB}MiB"),
        ("threads", $"{options.Threads}"),

        // Only explicit checkpoints: when a checkpoint within a commit fails (observed on a full disk), the commit is
        // durable and reports a failure. And DuckDB writes part of a checkpoint's metadata in place (observed in traces
        // of system calls), so a file may get only one.
        ("checkpoint_threshold", "1TB"),
        ("allocator_flush_threshold", "16MB"), // returns memory to the system sooner after a large step
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
    ];
}
