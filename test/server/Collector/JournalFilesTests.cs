// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tests;

/// <summary>
/// The journal's files are readable after a crash, live as long as they are needed, and damage is never taken for a
/// batch.
/// </summary>
public sealed class JournalFilesTests : IDisposable
{
    const long Long = 16 * 1024 * 1024;

    readonly TempFolder _temp = new();
    readonly StringWriter _log = new(CultureInfo.InvariantCulture);
    readonly ILoggerProvider _logTo;

    public JournalFilesTests() => _logTo = new StandardErrorLog(_log, TimeProvider.System, new LogStyle());

    string Folder => _temp["journal"];

    public void Dispose()
    {
        _logTo.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void The_next_process_reads_what_was_written_in_the_same_order()
    {
        var batches = Enumerable.Range(0, 10).Select(i => SampleRows.BatchOf($"{i}")).ToList();
        using (var journal = Open())
        {
            journal.Append(batches[..3]);
            journal.Append(batches[3..]);
        }

        using var next = Open();
        Assert.Equal(batches.Select(SampleRows.Text), next.Read(SampleRows.Find).Select(SampleRows.Text));
        Assert.Equal("", _log.ToString());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerFile.Mode, File.GetUnixFileMode(Assert.Single(Files())));
            Assert.Equal(DataFolder.FolderMode, File.GetUnixFileMode(Folder));
        }
    }

    [Fact]
    public void A_closed_file_is_deleted_when_all_its_batches_are_done()
    {
        using var journal = Open(longest: 2_000);
        var batches = new List<JournaledBatch>();
        while (Files().Count < 3)
        {
            batches.Add(SampleRows.BatchOf("a"));
            journal.Append([batches[^1]]);
        }

        var first = batches.Where(batch => batch.Segment == 1).ToList();
        Assert.True(first.Count > 1);
        foreach (var batch in first.Skip(1))
            journal.Done(batch);
        Assert.Equal(3, Files().Count);
        journal.Done(first[0]);
        Assert.Equal(2, Files().Count);

        // The last file is still open: it is deleted when its batches are done and it is closed, in either order.
        foreach (var batch in batches.Except(first))
            journal.Done(batch);
        Assert.Single(Files());
        Assert.False(journal.IsGone(3));
        Assert.Equal(3, journal.Close());
        Assert.Empty(Files());
        Assert.True(journal.IsGone(3));
        var later = SampleRows.BatchOf("b");
        journal.Append([later]);
        Assert.Equal(4, journal.Close());
        Assert.False(journal.IsGone(4));
        journal.Done(later);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task No_file_is_deleted_before_all_its_batches_are_done_even_if_it_is_closed_meanwhile()
    {
        using var journal = Open(longest: 4_000);
        var written = Channel.CreateUnbounded<JournaledBatch>();
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                var batch = SampleRows.BatchOf("a");
                journal.Append([batch]);
                written.Writer.TryWrite(batch);
            }

            written.Writer.Complete();
        }, TestContext.Current.CancellationToken);
        var folder = new JournalFolder(Folder);
        var looked = 0;
        await foreach (var batch in written.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (++looked % 7 == 0)
                journal.Close();
            var bytes = await File.ReadAllBytesAsync(folder.PathOf(batch.Segment),
                TestContext.Current.CancellationToken);
            Assert.True(bytes.AsSpan().IndexOf(batch.Batch.Id.ToByteArray(bigEndian: true)) > 0);
            journal.Done(batch);
        }

        await writing;
        journal.Close();
        Assert.Empty(Files());
        Assert.Equal(2_000, looked);
    }

    [Fact]
    public void An_end_torn_at_any_byte_is_neither_a_batch_nor_damage()
    {
        var batches = Enumerable.Range(0, 3).Select(i => SampleRows.BatchOf($"{i}")).ToList();
        var bytes = Bytes(batches);
        var last = Bytes(batches[..2]).Length;
        for (var length = last; length < bytes.Length; length++)
        {
            // Cut off, or of full length with blocks that were never written.
            foreach (var torn in new[] { bytes[..length], [.. bytes[..length], .. new byte[bytes.Length - length]] })
            {
                if (torn.AsSpan().SequenceEqual(bytes))
                    continue; // its last bytes are zeros anyway
                Put(1, torn);
                using var journal = Open();
                Read(journal, batches[..2]).ForEach(journal.Done);
                Assert.Equal(torn.Length > last,
                    _log.ToString().Contains($"The last {torn.Length - last} bytes of ", StringComparison.Ordinal));
                Assert.DoesNotContain("damaged", _log.ToString(), StringComparison.Ordinal);
                _log.GetStringBuilder().Clear();
                journal.Close();
                Assert.Empty(Files());
            }
        }

        for (var length = 0; length < JournalRecord.Magic.Length; length++)
        {
            Put(1, bytes[..length]);
            using var journal = Open();
            Read(journal, []);
            Assert.Empty(Files());
        }
    }

    [Fact]
    public void Damage_costs_only_its_own_batch_and_the_file_is_kept_for_the_operator_once_its_batches_are_stored()
    {
        var batches = Enumerable.Range(0, 3).Select(i => SampleRows.BatchOf($"{i}")).ToList();
        var (whole, first, second) = (Bytes(batches), Bytes(batches[..1]).Length, Bytes(batches[..2]).Length);
        foreach (var at in new[] { first, first + 5, first + 9, first + 40, second - 1 })
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x10;
            Put(1, bytes);
            using (var killed = Open())
                Read(killed, [batches[0], batches[2]]);
            Assert.EndsWith(".journal", Assert.Single(Files()), StringComparison.Ordinal);

            using var journal = Open();
            foreach (var batch in Read(journal, [batches[0], batches[2]]))
                journal.Done(batch);
            var aside = Assert.Single(Files());
            Assert.EndsWith(".journal.damaged", aside, StringComparison.Ordinal);
            Assert.Equal(bytes, File.ReadAllBytes(aside));
            Assert.Contains(
                $"its 2 complete batches are stored, {second - first} bytes could not be read.",
                _log.ToString(), StringComparison.Ordinal);
            Assert.Contains($"kept as {aside}", _log.ToString(), StringComparison.Ordinal);

            // No start reads it, and its number is not used again.
            using (var next = Open())
            {
                Read(next, []);
                var later = SampleRows.BatchOf("a");
                next.Append([later]);
                Assert.Equal(2, later.Segment);
                next.Done(later);
                next.Close();
            }

            File.Delete(aside);
            _log.GetStringBuilder().Clear();
        }
    }

    [Fact]
    public void A_damaged_end_of_a_file_other_than_the_last_is_damage()
    {
        var batches = Enumerable.Range(0, 3).Select(i => SampleRows.BatchOf($"{i}")).ToList();
        Put(1, Bytes(batches[..2])[..^1]);
        Put(2, Bytes(batches[2..]));
        using var journal = Open();
        foreach (var batch in Read(journal, [batches[0], batches[2]]))
            journal.Done(batch);
        Assert.EndsWith(".journal.damaged", Assert.Single(Files()), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_files_that_were_read_may_be_deleted()
    {
        for (var number = 1; number <= 3; number++)
            Put(number, Bytes([SampleRows.BatchOf("a")]));
        using (var journal = Open())
        {
            foreach (var batch in journal.Read(SampleRows.Find))
            {
                journal.Done(batch);
                break; // the start failed here
            }

            Assert.Equal(3, journal.Close());
            Assert.Equal(2, Files().Count);
            Assert.False(journal.IsGone(3));
        }

        using var next = Open();
        Assert.Equal(2, next.Read(SampleRows.Find).Count());
    }

    [Fact]
    public void A_batch_without_its_manifest_keeps_its_file_until_the_manifest_is_back()
    {
        var batch = SampleRows.BatchOf("a");
        Put(1, Bytes([batch]));
        using var journal = Open();
        Assert.Empty(journal.Read((_, _, _, _) => null));
        var held = Assert.Single(journal.Held);
        Assert.Equal(
            (batch.Batch.Id, batch.Batch.Received, Some.Tool, 1), (held.Id, held.Received, held.Tool, held.Rows));
        journal.Close();
        Assert.Empty(journal.TakeHeld((_, _, _, _) => null));
        Assert.Single(Files());

        var taken = Assert.Single(journal.TakeHeld(SampleRows.Find));
        Assert.Equal(SampleRows.Text(batch), SampleRows.Text(taken));
        Assert.Empty(journal.Held);
        journal.Done(taken);
        Assert.Empty(Files());
    }

    [Fact]
    public void A_file_of_a_later_version_is_refused_and_stays()
    {
        Put(1, Bytes([SampleRows.BatchOf("a")]));

        Put(2, [.. "tallymark journal 3\n"u8, 1, 2, 3]);
        using (var journal = Open())
        {
            var refused = Assert.Throws<IOException>(() => journal.Read(SampleRows.Find).ToList());
            Assert.Contains("a later version of the collector", refused.Message, StringComparison.Ordinal);
            journal.Close();
        }

        Assert.Equal(2, Files().Count);
    }

    [Fact]
    public void An_impossible_folder_is_an_error_and_one_that_vanishes_for_a_while_costs_only_the_writes_meanwhile()
    {
        _temp.Write("file", "x");
        Assert.ThrowsAny<IOException>(() => new JournalFiles(_temp["file/journal"], Long, _logTo.CreateLogger("x")));
        using var journal = Open();
        Directory.Delete(Folder);
        var batch = SampleRows.BatchOf("a");
        Assert.ThrowsAny<IOException>(() => journal.Append([batch]));
        Assert.ThrowsAny<IOException>(() => journal.Append([])); // a write without batches fails too
        Directory.CreateDirectory(Folder);
        journal.Append([]);
        journal.Append([batch]);
        journal.Done(batch);
        journal.Close();
        Assert.Empty(Files());
    }

    JournalFiles Open(long longest = Long) => new(Folder, longest, _logTo.CreateLogger(StandardErrorLog.Category));

    static List<JournaledBatch> Read(JournalFiles journal, IEnumerable<JournaledBatch> expected)
    {
        var read = journal.Read(SampleRows.Find).ToList();
        Assert.Equal(expected.Select(SampleRows.Text), read.Select(SampleRows.Text));
        foreach (var batch in read)
            Assert.True(batch.Segment > 0);
        return read;
    }

    byte[] Bytes(IReadOnlyList<JournaledBatch> batches)
    {
        var path = _temp["other"];
        using (var journal = new JournalFiles(path, Long, _logTo.CreateLogger("x")))
            journal.Append(batches);
        var bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(path)));
        Directory.Delete(path, recursive: true);
        return bytes;
    }

    void Put(long number, byte[] bytes)
    {
        DataFolder.Make(Folder);
        File.WriteAllBytes(new JournalFolder(Folder).PathOf(number), bytes);
    }

    List<string> Files() => [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal)];
}
