// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Tallymark.Store.Tests;

/// <summary>
/// Acknowledged batches survive the end of the process and a full disk; others are stored completely or not at all.
/// </summary>
public sealed partial class DurabilityTests : IDisposable
{
    readonly TempFolder _folder = new();

    string Database => RawTool.Parts(_folder.Path, "writer")[^1];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kill_loses_no_acknowledged_batch_and_leaves_no_partial_batch()
    {
        var acknowledged = new HashSet<string>(StringComparer.Ordinal);
        foreach (var commits in new[] { 0, 1, 7, 40, 200 })
        {
            using (var writer = WriterProcess.Start([], _folder.Path, "1000000"))
            {
                Assert.Equal("ready", writer.Line());
                for (var i = 0; i < commits; i++)
                    acknowledged.Add(IdOf(writer.Line()!));
                foreach (var line in writer.Kill())
                    acknowledged.Add(IdOf(line));
            }

            // Opening replays the log, and closing seals the part; the next round starts from there.
            using (var store = new DuckDbEventStore(_folder.Path))
            {
                var again = acknowledged.Select(id => new StoredBatch(Guid.Parse(id), 1, []));
                Assert.All(store.Commit("writer", [.. again]), Assert.False);
            }

            AssertWhole(acknowledged, mayHaveMore: true);
        }

        Assert.True(acknowledged.Count >= 248, $"{acknowledged.Count} acknowledged.");
    }

    [Fact]
    public void A_kill_during_seals_deletions_and_merges_loses_nothing_and_restores_no_deleted_row()
    {
        var acknowledged = new HashSet<string>(StringComparer.Ordinal);
        var deleted = 0;
        foreach (var lines in new[] { 9, 14, 21, 30, 38 })
        {
            using (var writer = WriterProcess.Start([], _folder.Path, "1000000", "maintain"))
            {
                Assert.Equal("ready", writer.Line());
                var output = Enumerable.Range(0, lines).Select(_ => writer.Line()!).ToList();
                output.AddRange(writer.Kill());
                acknowledged.UnionWith(
                    output.Where(line => line.StartsWith("ok ", StringComparison.Ordinal)).Select(IdOf));
                deleted += output.Count(line => line.StartsWith("deleted", StringComparison.Ordinal));
            }

            using var store = new DuckDbEventStore(_folder.Path);
            var again = acknowledged.Select(id => new StoredBatch(Guid.Parse(id), 1, []));
            Assert.All(store.Commit("writer", [.. again]), Assert.False);
            var counts = store.CountEvents("writer");
            var batches = counts["one"] / 3;
            Assert.Equal((batches * 3, batches * 7), (counts["one"], counts["two"]));

            // The batch that was being stored or deleted at the kill may be stored or not, in each round.
            Assert.InRange(batches, acknowledged.Count - deleted - 5, acknowledged.Count - deleted + 5);
            store.Maintain(DateTimeOffset.UtcNow, tool: "writer");
            Assert.Equal(counts, store.CountEvents("writer"));
            Assert.Equal(0, store.PendingDeletions("writer"));
        }

        var rows = Number("SELECT count(*) FROM {main.one}");
        Assert.Equal(rows, Number("SELECT 3 * count(DISTINCT installation) FROM {main.one}"));
    }

    [Fact]
    public void A_store_that_another_process_has_open_is_refused_with_advice()
    {
        using var writer = WriterProcess.Start([], _folder.Path, "1", "ask");
        Assert.Equal("ready", writer.Line());

        var refused = Assert.Throws<StoreException>(() => new DuckDbEventStore(_folder.Path));
        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            "Stop that process, or let the running collector do this (same --data).", refused.Message,
            StringComparison.Ordinal);

        // Without the folder's lock, DuckDB's own lock refuses.
        var locked = Assert.Throws<StoreException>(() => DuckDb.Interop.Database.Open(Database, []));
        Assert.Contains("Another process has the file open", locked.Message, StringComparison.Ordinal);

        Assert.StartsWith("ok ", writer.Ask(), StringComparison.Ordinal);
        Assert.Empty(writer.Rest());
        Assert.Equal(0, writer.ExitCode);
        using var store = new DuckDbEventStore(_folder.Path);
        Assert.Equal(3, store.CountEvents("writer")["one"]);
    }

    [Fact]
    public void The_log_is_synced_before_a_commit_is_acknowledged()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Programs.Works("strace", "-f", "true"), "strace is not installed or may not trace.");
        var trace = _folder["trace.txt"];
        string[] strace = ["strace", "-f", "-y", "-s", "64", "-e", "trace=fsync,write", "-o", trace];
        using (var writer = WriterProcess.Start(strace, _folder.Path, "5"))
        {
            Assert.Equal(6, writer.Rest().Count(line => !line.StartsWith("failed", StringComparison.Ordinal)));
            Assert.Equal(0, writer.ExitCode);
        }

        // In the order of the trace: log written, log synced, batch acknowledged.
        var steps = File.ReadLines(trace).Select(StepOf).OfType<string>();
        var sequence = string.Join(' ', steps.SkipWhile(step => step is not "acknowledged").Skip(1));
        Assert.Equal(5, AcknowledgedPattern().Count(sequence));
        Assert.Equal(5, sequence.Split(' ').Count(step => step is "acknowledged"));
    }

    // DuckDB writes blocks in place that the previous checkpoint uses; a partial write damages the file. The first
    // checkpoint has no previous one.
    [Fact]
    public void A_file_with_a_checkpoint_is_never_written_again()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Programs.Works("strace", "-f", "true"), "strace is not installed or may not trace.");
        var lines = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            var trace = _folder[$"trace.{round}.txt"];
            using (var writer = WriterProcess.Start(
                ["strace", "-f", "-y", "-s", "0", "-e", "trace=pwrite64,write,ftruncate", "-o", trace],
                _folder.Path, "20", "ask"))
            {
                Assert.Equal("ready", writer.Line());
                foreach (var request in new[] { "", "seal", "", "", "seal", "seal", "" })
                    Assert.DoesNotContain("failed", writer.Ask(request), StringComparison.Ordinal);
                writer.End(); // seals the last part
            }

            lines.AddRange(File.ReadLines(trace));
        }

        // A new file gets its headers before any block. A header that is written after blocks is the checkpoint, and
        // the last write.
        const long Headers = 3 * 4096;
        var blocks = new Dictionary<string, int>(StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (PartWritePattern().Match(line) is not { Success: true } write)
                continue;
            var file = write.Groups["file"].Value;
            Assert.False(done.Contains(file), $"Written after its checkpoint: {line}");
            if (long.Parse(write.Groups["at"].Value, CultureInfo.InvariantCulture) >= Headers)
                blocks[file] = blocks.GetValueOrDefault(file) + 1;
            else if (blocks.ContainsKey(file))
                done.Add(file);
        }

        Assert.Equal(6, done.Count);
    }

    [Fact]
    public void A_full_disk_fails_whole_commits_and_seals_and_later_ones_succeed_when_there_is_space()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Programs.Works("prlimit", "--version"), "prlimit is not installed.");
        var acknowledged = new HashSet<string>(StringComparer.Ordinal);

        // A limit on the size of the process's files simulates a full disk. The process ignores the signal of that
        // limit, because a full disk sends none.
        string[] ignoringSignal = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];
        using (var writer = WriterProcess.Start(ignoringSignal, _folder.Path, "1000000", "ask"))
        {
            Assert.Equal("ready", writer.Line());
            var limit = (new FileInfo($"{Database}.wal").Length + 20_000).ToString(CultureInfo.InvariantCulture);
            var pid = writer.Id.ToString(CultureInfo.InvariantCulture);
            Assert.True(Programs.Works("prlimit", "--pid", pid, $"--fsize={limit}:unlimited"));
            string line;
            do
            {
                line = writer.Ask()!;
                if (line.StartsWith("ok ", StringComparison.Ordinal))
                    acknowledged.Add(IdOf(line));
            }
            while (!line.StartsWith("failed", StringComparison.Ordinal));

            Assert.Contains("ulimit", line, StringComparison.Ordinal);

            // DuckDB recovers from a failed commit by itself, and from a failed checkpoint only when the files are
            // reopened, which completes that checkpoint.
            Assert.StartsWith("failed", writer.Ask("seal"), StringComparison.Ordinal);
            Assert.StartsWith("failed", writer.Ask(), StringComparison.Ordinal);
            Assert.True(Programs.Works("prlimit", "--pid", pid, "--fsize=unlimited:unlimited"));
            for (var i = 0; i < 3; i++)
                acknowledged.Add(IdOf(writer.Ask()!));
            Assert.Equal("sealed", writer.Ask("seal"));
            acknowledged.Add(IdOf(writer.Ask()!));
            writer.Kill();
        }

        AssertWhole(acknowledged, mayHaveMore: false);
    }

    void AssertWhole(HashSet<string> acknowledged, bool mayHaveMore)
    {
        var stored = RawTool.Query(_folder.Path, "writer", "SELECT CAST(id AS VARCHAR) FROM {main._batches}")
            .Select(row => row[0]!).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(acknowledged, stored);
        if (!mayHaveMore)
            Assert.Equal(acknowledged.Count, stored.Count);
        Assert.Equal($"{stored.Count * 3}", Number("SELECT count(*) FROM {main.one}"));
        Assert.Equal($"{stored.Count * 7}", Number("SELECT count(*) FROM {main.two}"));
        Assert.Equal($"{stored.Count * 10}", Number("SELECT coalesce(sum(events), 0) FROM {main._batches}"));
    }

    string? Number(string sql) => RawTool.Query(_folder.Path, "writer", $"SELECT CAST(({sql}) AS VARCHAR)")[0][0];

    static string IdOf(string line)
    {
        Assert.StartsWith("ok ", line, StringComparison.Ordinal);
        return line[3..];
    }

    // A relevant line of the trace: the log is written or synced, or standard output acknowledges.
    static string? StepOf(string line)
    {
        if (LogPattern().Match(line) is { Success: true } log)
            return log.Groups["call"].Value is "write" ? "written" : "synced";
        return WordPattern().IsMatch(line) ? "acknowledged" : null;
    }

    [GeneratedRegex("""(?<call>fsync|write)\(\d+<[^>]*\.duckdb\.wal>""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LogPattern();

    [GeneratedRegex("""write\(\d+<[^>]*>, "(ok|ready)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WordPattern();

    [GeneratedRegex(
        """(pwrite64|ftruncate|write)\(\d+<(?<file>[^>]*/parts/[^>/]*\.duckdb)>.* (?<at>\d+)\) = """,
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PartWritePattern();

    [GeneratedRegex("written synced acknowledged", RegexOptions.None, 1000)]
    private static partial Regex AcknowledgedPattern();
}
