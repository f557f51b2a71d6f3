// SPDX-License-Identifier: MIT
// How much room the disk of the data folder has, and whether that is enough to take more.

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Below the reserve no batch is taken, so that commits, deletions and backups under way still find room; it goes on
/// by itself when there is an eighth more than that. Safe for any thread but for <see cref="Look"/>.
/// </summary>
sealed class DiskSpace
{
    readonly string _folder;
    readonly Func<string, long> _ask;
    readonly ILogger _log;
    long _free;
    volatile bool _low;

    /// <param name="folder">The data folder.</param>
    /// <param name="reserve">Bytes; 0: no bound.</param>
    /// <param name="ask">Gives the free bytes of a folder's disk.</param>
    /// <param name="log">The log.</param>
    public DiskSpace(string folder, long reserve, Func<string, long>? ask, ILogger log)
    {
        _folder = folder;
        _ask = ask ?? (static path => new DriveInfo(path).AvailableFreeSpace);
        _log = log;
        Reserve = reserve;
        Look();
    }

    public long Reserve { get; }

    public long Free => Volatile.Read(ref _free);

    public bool IsLow => _low;

    /// <summary>Asks the disk. Where it can't be asked, what was known holds.</summary>
    public void Look()
    {
        long free;
        try
        {
            free = _ask(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.DiskNotAsked(e.Message);
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
        _low = low; // last, so that whoever is refused finds the reason in the log
    }
}
