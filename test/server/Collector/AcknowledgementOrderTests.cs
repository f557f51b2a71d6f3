// SPDX-License-Identifier: MIT
// No acknowledgement leaves the process before its batch is on disk: read off the system calls of a collector under load.

using System.Globalization;
using System.Net.Http.Headers;

namespace Tallymark.Collector.Tests;

public sealed class AcknowledgementOrderTests
{
    const int Senders = 8;
    const int BatchesEach = 15;

    [Fact]
    public async Task No_acknowledgement_is_written_before_an_fsync_of_the_journal_file_that_holds_its_batch_has_returned()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Programs.Works("strace", "-f", "true"), "strace is not here or may not trace.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        var sent = new HashSet<Guid>();
        await using (var serve = await ServeProcess.ServeUnderAsync(JournalTrace.Watch(folder["trace"]), folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < BatchesEach; i++)
                {
                    var id = Guid.NewGuid();
                    using var content = new ByteArrayContent(Some.Batch([Some.LineOf(i)], id));
                    content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                    using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
                    Assert.True(reply.IsSuccessStatusCode);
                    lock (sent)
                        sent.Add(id);
                }
            })));
            var children = await File.ReadAllTextAsync($"/proc/{serve.Id}/task/{serve.Id}/children", TestContext.Current.CancellationToken);
            serve.Signal("TERM", int.Parse(children.Trim(), CultureInfo.InvariantCulture));
            Assert.Equal(0, (await serve.EndAsync()).Code);
        }

        var lines = await File.ReadAllLinesAsync(folder["trace"], TestContext.Current.CancellationToken);
        var trace = JournalTrace.Read(lines);
        Assert.Empty(trace.Violations);
        Assert.Equal(Senders * BatchesEach, trace.Acknowledged.Count);
        Assert.Superset(trace.Acknowledged, sent);

        // The checker sees each way in which it could have been otherwise.
        bool IsFlush(string line) => line.Contains("fsync", StringComparison.Ordinal) && IsOf(line, ".journal");
        Assert.NotEmpty(JournalTrace.Read(lines.Where(line => !IsFlush(line))).Violations); // not flushed at all
        Assert.NotEmpty(JournalTrace.Read(lines.Select(line => IsFlush(line) ? line.Replace(" = 0", " = -1 EIO", StringComparison.Ordinal) : line)
            .Where(line => !line.Contains("fsync resumed", StringComparison.Ordinal))).Violations); // flushed in vain
        var folders = lines.Where(line => !(line.Contains("fsync", StringComparison.Ordinal) && IsOf(line, "/journal")));
        Assert.Contains(JournalTrace.Read(folders).Violations, violation => violation.Contains("the name of", StringComparison.Ordinal)); // its name was not
        Assert.NotEmpty(JournalTrace.Read(EarlierByOneFlush(lines, IsFlush)).Violations); // too early
    }

    // The flush that an acknowledgement has waited for comes after it.
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

    // Strace writes paths as they are, or, since some version, like the bytes.
    static bool IsOf(string line, string end) =>
        line.Contains($"{end}>", StringComparison.Ordinal) || line.Contains($"{Hex(end)}>", StringComparison.Ordinal);

    static string Hex(string text) => string.Concat(text.Select(c => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}")));
}
