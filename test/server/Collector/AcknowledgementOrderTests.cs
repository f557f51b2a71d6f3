// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net.Http.Headers;

namespace Tallymark.Collector.Tests;

/// <summary>
/// No acknowledgement leaves the process before its batch is on disk, read from the system calls of a collector
/// under load.
/// </summary>
public sealed class AcknowledgementOrderTests
{
    const int Senders = 8;
    const int BatchesEach = 15;

    [Fact]
    public async Task No_acknowledgement_is_written_before_the_fsync_of_its_journal_file_has_returned()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux()
            && Programs.Works("strace", "-f", "true"), "strace is missing or may not trace.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        var sent = new HashSet<Guid>();
        await using (var serve = await CollectorProgram.ServeUnder(JournalTrace.Watch(folder["trace"]), folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < BatchesEach; i++)
                {
                    var id = Guid.NewGuid();
                    using var content = new ByteArrayContent(Some.Batch([Some.LineOf(i)], id));
                    content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                    using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content,
                        TestContext.Current.CancellationToken);
                    Assert.True(reply.IsSuccessStatusCode);
                    lock (sent)
                        sent.Add(id);
                }
            })));
            var children = await File.ReadAllTextAsync($"/proc/{serve.Id}/task/{serve.Id}/children",
                TestContext.Current.CancellationToken);
            serve.Signal("TERM", int.Parse(children.Trim(), CultureInfo.InvariantCulture));
            Assert.Equal(0, (await serve.End()).ExitCode);
        }

        var lines = await File.ReadAllLinesAsync(folder["trace"], TestContext.Current.CancellationToken);
        var trace = JournalTrace.Read(lines);
        Assert.Empty(trace.Violations);
        Assert.Equal(Senders * BatchesEach, trace.Acknowledged.Count);
        Assert.Superset(trace.Acknowledged, sent);

        // The checker detects each violation.
        bool IsFlush(string line) => line.Contains("fsync", StringComparison.Ordinal) && IsOf(line, ".journal");
        Assert.NotEmpty(JournalTrace.Read(lines.Where(line => !IsFlush(line))).Violations); // never flushed
        Assert.NotEmpty(JournalTrace.Read(
            lines.Select(line => IsFlush(line) ? line.Replace(" = 0", " = -1 EIO", StringComparison.Ordinal) : line)
            .Where(line => !line.Contains("fsync resumed", StringComparison.Ordinal))).Violations); // the flush failed
        var folders = lines.Where(
            line => !(line.Contains("fsync", StringComparison.Ordinal) && IsOf(line, "/journal")));
        // The name of the file was never flushed.
        Assert.Contains(JournalTrace.Read(folders).Violations,
            violation => violation.Contains("the name of", StringComparison.Ordinal));
        Assert.NotEmpty(JournalTrace.Read(EarlierByOneFlush(lines, IsFlush)).Violations); // acknowledged too early
    }

    // Moves the flush that an acknowledgement waited for behind it.
    static List<string> EarlierByOneFlush(string[] lines, Func<string, bool> isFlush)
    {
        var moved = lines.ToList();
        var acknowledgement = moved.FindLastIndex(line => line.Contains(Hex("\"batch\":"), StringComparison.Ordinal));
        var flush = moved.FindLastIndex(acknowledgement, line => isFlush(line));
        var line = moved[flush];
        moved.RemoveAt(flush);
        moved.Insert(acknowledgement, line);
        return moved;
    }

    // strace writes paths as text or, in newer versions, in hexadecimal like the bytes.
    static bool IsOf(string line, string end) =>
        line.Contains($"{end}>", StringComparison.Ordinal) || line.Contains($"{Hex(end)}>", StringComparison.Ordinal);

    static string Hex(string text) =>
        string.Concat(text.Select(c => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}")));
}
