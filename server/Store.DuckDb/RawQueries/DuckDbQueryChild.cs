// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.DuckDb.RawQueries;

/// <summary>The request to a child process: one line of JSON on its standard input.</summary>
/// <param name="Files">The files of a snapshot.</param>
/// <param name="Declared">The tables of the accepted manifests.</param>
/// <param name="Sql">The query.</param>
/// <param name="Format">The format of the answer.</param>
/// <param name="MaxRows">The answer is truncated after this many rows.</param>
/// <param name="MaxMemoryMiB">DuckDB's memory limit. MiB.</param>
/// <param name="MaxSeconds">The process ends itself then: a collector that was killed can't end it.</param>
sealed record QueryOrder(
    IReadOnlyList<string> Files, IReadOnlyList<DeclaredTable> Declared, string Sql, RawAnswerFormat Format, int MaxRows,
    int MaxMemoryMiB, int MaxSeconds);

/// <summary>A table that the query can read even if no file has it.</summary>
/// <param name="Schema"><c>main</c>, or <c>dev</c> for events of development builds.</param>
/// <param name="Name">The event.</param>
/// <param name="Columns">DuckDB's type of each column.</param>
sealed record DeclaredTable(string Schema, string Name, IReadOnlyDictionary<string, string> Columns);

/// <summary>The end of a child process: one line of JSON on its standard error.</summary>
/// <param name="Error">For the query's author: why there is no answer; null: there is one.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="IsTruncated">Whether there were more.</param>
sealed record QueryResult(string? Error, long Rows, bool IsTruncated);

/// <summary>
/// The child process of a raw query (<see cref="DuckDbOptions.QueryProgram"/>): a query can use up all the memory it is
/// allowed, and a bug in the database must not end the collector.
/// </summary>
public static class DuckDbQueryChild
{
    /// <summary>
    /// Runs the query that standard input names. The answer goes to standard output, the result to standard error.
    /// </summary>
    /// <returns>The exit code: 0 answered, 1 refused.</returns>
    public static int Run()
    {
        QueryResult result;
        GiveWayInMemory();
        try
        {
            var order = JsonSerializer.Deserialize<QueryOrder>(Console.In.ReadLine() ?? "null")
                ?? throw new StoreException("Standard input has no query. Only the collector starts this command.");
            using var limit = new Timer(
                static _ => End(), null,
                TimeSpan.FromSeconds(order.MaxSeconds), Timeout.InfiniteTimeSpan);
            using var output = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
            result = Answer(order, output);
        }
        catch (Exception e) when (e is StoreException or JsonException or IOException)
        {
            result = new QueryResult(e.Message, 0, IsTruncated: false);
        }

        Console.Error.WriteLine(JsonSerializer.Serialize(result));
        return result.Error is null ? 0 : 1;
    }

    // Without a clean-up, which would wait for the query.
    static void End()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }

    // When memory runs out, the kernel ends this process and not the collector.
    static void GiveWayInMemory()
    {
        const string First = "1000"; // proc(5), oom_score_adj; a process may always raise its own
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", First);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc: the limit of the database's memory still holds.
        }
    }

    static QueryResult Answer(QueryOrder order, Stream output)
    {
        using var answer = RawAnswerWriter.Create(order.Format, output);
        var isTruncated = QueryRunner.Run(order, answer);
        answer.Complete(isTruncated);
        return new QueryResult(null, answer.Rows, isTruncated);
    }
}
