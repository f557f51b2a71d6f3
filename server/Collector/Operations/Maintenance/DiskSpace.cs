// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The free space of the data folder's disk. Below the reserve the collector refuses batches, so that commits,
/// deletions and backups under way still find room; it accepts them again once the disk has the reserve and an eighth
/// more. Thread-safe, except <see cref="Measure"/>.
/// </summary>
sealed class DiskSpace
{
    readonly string _folder;
    readonly Func<string, long> _freeSpace;
    readonly ILogger _log;
    long _free;
    volatile bool _low;

    /// <param name="data">The data folder.</param>
    /// <param name="options">The source of <see cref="Limits.MinFreeDiskBytes"/>: bytes; 0: no limit.</param>
    /// <param name="log">The log.</param>
    public DiskSpace(DataFolder data, CollectorOptions options, ILogger log)
    {
        _folder = data.Path;
        _freeSpace = options.FreeSpace ?? (static path => new DriveInfo(path).AvailableFreeSpace);
        _log = log;
        Reserve = options.Limits.MinFreeDiskBytes;
        Measure();
    }

    /// <summary>Bytes; 0: no limit.</summary>
    public long Reserve { get; }

    /// <summary>Bytes at the last measurement.</summary>
    public long Free => Volatile.Read(ref _free);

    /// <summary>True while batches are refused.</summary>
    public bool IsLow => _low;

    /// <summary>Asks the system. If that fails, the last measurement stays.</summary>
    public void Measure()
    {
        long free;
        try
        {
            free = _freeSpace(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.DiskNotMeasured(e.Message);
            return;
        }

        Volatile.Write(ref _free, free);
        var low = free < Reserve + (_low ? Reserve / 8 : 0);
        if (low == _low)
            return;
        if (low)
            _log.DiskLow(free >> 20, Reserve >> 20);
        else
            _log.DiskEnough(free >> 20);
        _low = low; // last: the reason is in the log before the first refusal
    }
}
