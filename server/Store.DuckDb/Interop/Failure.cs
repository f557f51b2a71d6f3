// SPDX-License-Identifier: MIT
// Turns what DuckDB says into what an operator can do about it.

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

/// <summary>Makes the exceptions of this assembly.</summary>
static class Failure
{
    const string Other = "The file was written by another version; use that version or a newer one.";

    // DuckDB's C API gives words and no codes; these parts of them have been the same since 1.0. First match counts.
    const string Damaged =
        "The file is damaged, or is no store. Put a copy of it back, or set it aside on your own word and go on with the rest; it is never deleted.";

    static readonly (string Words, string Advice)[] Advices =
    [
        ("database has been invalidated", "It is opened again at the next write; what was acknowledged is safe."),
        ("Could not set lock", "Another process has the file open. Ask the running collector, or stop that process."),
        ("No space left", "Free space on the volume of the data folder; what was acknowledged is safe."),
        ("File too large", "The system lets this process write no larger file (ulimit -f); raise that limit."),
        ("Could not write", "See whether the volume is full or read-only; what was acknowledged is safe."),
        ("Permission denied", "Give the user that runs this command the data folder and all that is in it."),
        ("Read-only file system", "Mount the volume of the data folder for writing."),
        ("Out of Memory", "Raise the store's memory limit, or ask for fewer days at once."),
        ("failed to pin block", "Raise the store's memory limit, or ask for fewer days at once."),
        ("not a valid DuckDB database", Damaged),
        ("checksum", Damaged),
        ("Corrupt", Damaged),
        ("Failure while replaying WAL", Damaged),
        ("Serialization Error", Damaged),
        ("Could not read enough bytes", Damaged),
        ("created with a newer", Other),
        ("trying to read a database file with version number", Other),
    ];

    /// <summary>What went wrong in <paramref name="place"/> (a file, a table), in DuckDB's words and ours.</summary>
    public static StoreException Of(string place, string what, nint words) =>
        Of(place, what, Marshal.PtrToStringUTF8(words) ?? "DuckDB gave no reason");

    /// <summary>The same with words that were read already.</summary>
    public static StoreException Of(string place, string what, string words)
    {
        // A statement over many files fails for one of them.
        place = DamagedFile.Find(place, words) ?? place;

        // After an empty line DuckDB goes on with settings that are locked here, or with the statement.
        var end = words.IndexOf("\n\n", StringComparison.Ordinal);
        var said = $"{place}: could not {what}. DuckDB says: {(end < 0 ? words : words[..end]).TrimEnd()}";
        foreach (var (part, advice) in Advices)
        {
            if (words.Contains(part, StringComparison.OrdinalIgnoreCase))
                return new StoreException($"{said}. {advice}") { File = ReferenceEquals(advice, Damaged) && File.Exists(place) ? place : null };
        }

        return new StoreException(said);
    }

    /// <summary>The native library is missing or is of another platform.</summary>
    public static StoreException NoLibrary(Exception inner) => new(
        "DuckDB's library (libduckdb.so, libduckdb.dylib or duckdb.dll) could not be loaded from the program's folder. "
        + $"Build or install the program again on {RuntimeInformation.RuntimeIdentifier}. {inner.Message}", inner);
}
