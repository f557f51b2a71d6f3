// SPDX-License-Identifier: MIT
namespace Tallymark.Pages;

/// <summary>
/// How many records all pages together may add in a day: as many as the uploader keeps (spec/spool.md). The uploader
/// counts only when an upload is due; before that, anyone who reaches the server could fill its disk. A line has at
/// most 16 KiB, mostly less than one. Not thread-safe: hold <see cref="RecentIds.Sync"/>.
/// </summary>
sealed class PageBudget(SdkEnvironment environment)
{
    internal const int MaxRecords = 10_000;

    static readonly TimeSpan Period = TimeSpan.FromDays(1);

    long _began;
    int _taken;

    /// <summary>True if no record may be added now. A period begins with its first record.</summary>
    internal bool IsSpent
    {
        get
        {
            if (_taken > 0 && environment.Since(_began) >= Period)
                _taken = 0;
            return _taken >= MaxRecords;
        }
    }

    /// <summary>A record was added.</summary>
    internal void Add()
    {
        if (_taken++ == 0)
            _began = environment.Timestamp;
    }
}
