// SPDX-License-Identifier: MIT

using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Tallymark.Collector.Durability;

/// <summary>
/// The journal on disk: files of records. One file is written, up to a length, then the next. A file whose batches are
/// all in the store is deleted. After a failed write the file is truncated, and the next write begins a new file: the
/// state of a file after a failed flush is unknown.
/// </summary>
sealed class JournalFiles : IJournal
{
    const int InitialBufferBytes = 1024 * 1024;
    const int MaxKeptBufferBytes = 8 * 1024 * 1024;

    readonly JournalFolder _folder;
    readonly long _maxFileBytes;
    readonly ILogger _log;

    // Of the writing thread.
    ArrayBufferWriter<byte> _bytes = new(InitialBufferBytes);
    long _length;

    // Guarded by _gate.
    readonly Lock _gate = new();
    readonly SortedDictionary<long, Segment> _segments = [];
    readonly List<HeldBatch> _held = [];
    SafeFileHandle? _file; // null: the next batch begins a new file
    bool _isWriting; // a write uses its handle, even after _file has changed
    long _current;

    /// <exception cref="IOException">The folder can't be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be made or read.</exception>
    public JournalFiles(string path, long maxFileBytes, ILogger log)
    {
        _folder = new JournalFolder(path);
        _maxFileBytes = maxFileBytes;
        _log = log;
        _current = _folder.Make();
        foreach (var number in _folder.Numbers())
            _segments.Add(number, new Segment { IsUnread = true, Bytes = new FileInfo(_folder.PathOf(number)).Length });
    }

    public IEnumerable<JournaledBatch> Read(TableFinder tables)
    {
        List<long> numbers = [.. _segments.Keys];
        foreach (var number in numbers)
        {
            var file = JournalFile.Read(_folder.PathOf(number), tables);
            var isTorn = file.UnreadBytes > 0 && file.EndsUnread && number == numbers[^1];
            if (isTorn)
                _log.JournalTorn(_folder.PathOf(number), file.UnreadBytes);
            lock (_gate)
            {
                // All batches are counted before the first is returned: the store may be done with it at once.
                var segment = _segments[number];
                segment.IsUnread = false;
                segment.Waiting = file.Batches.Count + file.Held.Count;
                _held.AddRange(file.Held.Select(batch => batch with { Segment = number }));
                segment.DamagedBytes = isTorn ? 0 : file.UnreadBytes;
                segment.Batches = file.Batches.Count + file.Held.Count;
                RemoveIfDone(number);
            }

            foreach (var batch in file.Batches)
            {
                batch.Segment = number;
                yield return batch;
            }
        }
    }

    public IReadOnlyList<HeldBatch> Held
    {
        get
        {
            lock (_gate)
                return [.. _held];
        }
    }

    public IReadOnlyList<JournaledBatch> TakeHeld(TableFinder tables)
    {
        var taken = new List<JournaledBatch>();
        foreach (var held in Held)
        {
            try
            {
                var batch = JournalRecord.Read(held.Record, tables, held.HasNetworks);
                batch.Segment = held.Segment;
                lock (_gate)
                {
                    if (_held.Remove(held))
                        taken.Add(batch);
                }
            }
            catch (InvalidDataException)
            {
                // Its manifest is still missing.
            }
        }

        return taken;
    }

    public void Append(IReadOnlyList<JournaledBatch> batches)
    {
        if (_bytes.Capacity > MaxKeptBufferBytes)
            _bytes = new(InitialBufferBytes);
        _bytes.ResetWrittenCount();
        foreach (var batch in batches)
            JournalRecord.Write(_bytes, batch);
        SafeFileHandle file;
        lock (_gate)
        {
            // Counted before the write, so that the file can't be taken for done meanwhile.
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
        catch (Exception e) // .NET also throws other types than IOException, for example at a limit on the file size
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
        lock (_gate)
        {
            if (_segments.TryGetValue(_current, out var segment))
                segment.Bytes = _length;
        }
    }

    public void Done(JournaledBatch batch)
    {
        lock (_gate)
        {
            _segments[batch.Segment].Waiting--;
            RemoveIfDone(batch.Segment);
        }
    }

    public long Close()
    {
        lock (_gate)
        {
            EndFile();
            foreach (var number in _segments.Keys.ToList())
                RemoveIfDone(number);
            return _current;
        }
    }

    public JournalSize Size
    {
        get
        {
            lock (_gate)
                return new JournalSize(_segments.Count, _segments.Values.Sum(segment => segment.Bytes));
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

    // The members below are called under the gate, except Abandon.
    SafeFileHandle FileFor(int bytes)
    {
        if (_file is not null && bytes > 0 && _length + bytes <= _maxFileBytes)
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
                File.SetUnixFileMode(file, OwnerFile.Mode);
            RandomAccess.Write(file, JournalRecord.Magic, 0);
            _folder.Sync(); // else a power cut can leave its bytes without a name
        }
        catch
        {
            file.Dispose();
            File.Delete(path); // it is empty: the next try takes the same number
            throw;
        }

        var before = _current;
        EndFile();
        (_file, _length, _current) = (file, JournalRecord.Magic.Length, number);
        _segments.Add(number, new Segment { Bytes = _length });
        RemoveIfDone(before);
        return file;
    }

    // A write in progress closes its file itself.
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
                // The failed write is reported. If its bytes stay, the next start reads them as an unacknowledged
                // batch, or as no record.
            }

            _segments[_current].Waiting -= batches;
            EndFile();
            RemoveIfDone(_current);
        }
    }

    void RemoveIfDone(long number)
    {
        if (!_segments.TryGetValue(number, out var segment) || segment.IsUnread || segment.Waiting > 0
            || (number == _current && _file is not null))
        {
            return;
        }

        var path = _folder.PathOf(number);
        try
        {
            if (segment.DamagedBytes > 0)
                _log.JournalDamaged(_folder.SetAside(number), segment.DamagedBytes, segment.Batches);
            else
                File.Delete(path);
            _segments.Remove(number);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next close tries again, or the next start, which finds its batches in the store.
            _log.JournalFileStays(path, e.Message);
        }
    }

    /// <summary>One file.</summary>
    sealed class Segment
    {
        /// <summary>How many of its batches are not in the store yet.</summary>
        public int Waiting { get; set; }

        /// <summary>Whether it is of an earlier process and still unread: it must not be deleted.</summary>
        public bool IsUnread { get; set; }

        /// <summary>How many of its bytes belong to no batch; such a file is kept for the operator.</summary>
        public long DamagedBytes { get; set; }

        /// <summary>Its length.</summary>
        public long Bytes { get; set; }

        /// <summary>How many batches were read from it.</summary>
        public int Batches { get; set; }
    }
}
