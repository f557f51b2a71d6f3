// SPDX-License-Identifier: MIT
// The journal on disk: appended, flushed, read again after a crash, and gone once the store has what it holds.

using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Tallymark.Collector.Durability;

/// <summary>
/// Files of records. One is written, up to a length, then the next; a file whose batches are all in the store is deleted. A write that failed is cut off
/// again, and the next goes into a new file: what a disk makes of a file whose flush has failed, nobody knows.
/// </summary>
sealed class JournalFiles : IJournal
{
    const int KeptBuffer = 8 * 1024 * 1024;

    readonly JournalFolder _folder;
    readonly long _longest;
    readonly ILogger _log;

    // Of the writing thread.
    ArrayBufferWriter<byte> _bytes = new(1024 * 1024);
    long _length;

    // Guarded by the gate.
    readonly Lock _gate = new();
    readonly SortedDictionary<long, Segment> _segments = [];
    SafeFileHandle? _file; // null: the next batch begins a new one
    bool _isWriting; // its handle is in use, also when it is no longer the one above
    long _current;

    /// <exception cref="IOException">The folder can't be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public JournalFiles(string path, long longest, ILogger log)
    {
        _folder = new JournalFolder(path);
        _longest = longest;
        _log = log;
        _current = _folder.Make();
        foreach (var number in _folder.Numbers())
            _segments.Add(number, new Segment { IsUnread = true });
    }

    public IEnumerable<JournaledBatch> Read(RowsReader tables)
    {
        List<long> numbers = [.. _segments.Keys];
        foreach (var number in numbers)
        {
            var file = JournalFile.Read(_folder.PathOf(number), tables);
            var isTorn = file.Unread > 0 && file.EndsUnread && number == numbers[^1];
            if (isTorn)
                _log.JournalTorn(_folder.PathOf(number), file.Unread);
            lock (_gate)
            {
                // All are counted before the first is handed out: the store is quick.
                var segment = _segments[number];
                segment.IsUnread = false;
                segment.Waiting = file.Batches.Count;
                segment.Damage = isTorn ? 0 : file.Unread;
                segment.Batches = file.Batches.Count;
                Settle(number);
            }

            foreach (var batch in file.Batches)
            {
                batch.Segment = number;
                yield return batch;
            }
        }
    }

    public void Append(IReadOnlyList<JournaledBatch> batches)
    {
        if (_bytes.Capacity > KeptBuffer)
            _bytes = new(1024 * 1024);
        _bytes.ResetWrittenCount();
        foreach (var batch in batches)
            JournalRecord.Write(_bytes, batch);
        SafeFileHandle file;
        lock (_gate)
        {
            // Counted before they are there, so that nobody takes the file for done meanwhile.
            file = FileFor(_bytes.WrittenCount);
            _isWriting = true;
            _segments[_current].Waiting += batches.Count;
            foreach (var batch in batches)
                batch.Segment = _current;
        }

        try
        {
            RandomAccess.Write(file, _bytes.WrittenSpan, _length);
            RandomAccess.FlushToDisk(file);
        }
        catch (Exception e) // .NET has other types than IOException too, for a limit on files' sizes for one
        {
            Abandon(file, batches.Count);
            throw new IOException($"{_folder.PathOf(_current)}: {e.Message}", e);
        }
        finally
        {
            lock (_gate)
            {
                _isWriting = false;
                if (_file != file)
                    file.Dispose();
            }
        }

        _length += _bytes.WrittenCount;
    }

    public void Done(JournaledBatch batch)
    {
        lock (_gate)
        {
            _segments[batch.Segment].Waiting--;
            Settle(batch.Segment);
        }
    }

    public long Close()
    {
        lock (_gate)
        {
            EndFile();
            foreach (var number in _segments.Keys.ToList())
                Settle(number);
            return _current;
        }
    }

    public bool IsGone(long number)
    {
        lock (_gate)
            return _segments.Keys.All(one => one > number);
    }

    public void Dispose()
    {
        lock (_gate)
            EndFile();
    }

    // Under the gate, like what follows.
    SafeFileHandle FileFor(int bytes)
    {
        if (_file is not null && bytes > 0 && _length + bytes <= _longest)
            return _file;
        try
        {
            return Begin(_current + 1);
        }
        catch (Exception e) when (e is not IOException)
        {
            throw new IOException($"{_folder.PathOf(_current + 1)}: {e.Message}", e);
        }
    }

    SafeFileHandle Begin(long number)
    {
        var path = _folder.PathOf(number);
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        try
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, DataFolder.OwnerOnly);
            RandomAccess.Write(file, JournalRecord.Magic, 0);
            _folder.Sync(); // or a power cut leaves its bytes without a name
        }
        catch
        {
            file.Dispose();
            File.Delete(path); // nothing is in it: the next try takes the same number
            throw;
        }

        var before = _current;
        EndFile();
        (_file, _length, _current) = (file, JournalRecord.Magic.Length, number);
        _segments.Add(number, new Segment());
        Settle(before);
        return file;
    }

    // Not under a write: that closes it at its end.
    void EndFile()
    {
        if (!_isWriting)
            _file?.Dispose();
        _file = null;
    }

    void Abandon(SafeFileHandle file, int batches)
    {
        lock (_gate)
        {
            try
            {
                RandomAccess.SetLength(file, _length);
                RandomAccess.FlushToDisk(file);
            }
            catch (Exception)
            {
                // The write that failed is said. If its bytes stay, a start takes them for what they are: a batch that nobody was told of, or none.
            }

            _segments[_current].Waiting -= batches;
            EndFile();
            Settle(_current);
        }
    }

    // Removes a file that nobody needs any more.
    void Settle(long number)
    {
        if (!_segments.TryGetValue(number, out var segment) || segment.IsUnread || segment.Waiting > 0 || (number == _current && _file is not null))
            return;
        var path = _folder.PathOf(number);
        try
        {
            if (segment.Damage > 0)
                _log.JournalDamaged(_folder.SetAside(number), segment.Damage, segment.Batches);
            else
                File.Delete(path);
            _segments.Remove(number);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.JournalFileStays(path, e.Message); // the next close tries again, or the next start, which finds its batches stored
        }
    }

    /// <summary>One file.</summary>
    sealed class Segment
    {
        /// <summary>How many of its batches are not in the store yet.</summary>
        public int Waiting { get; set; }

        /// <summary>Of an earlier process, and nothing of it is handed out: it must not go.</summary>
        public bool IsUnread { get; set; }

        /// <summary>How many of its bytes are of no batch; the operator gets the file.</summary>
        public long Damage { get; set; }

        /// <summary>How many batches it had, where it was read.</summary>
        public int Batches { get; set; }
    }
}
