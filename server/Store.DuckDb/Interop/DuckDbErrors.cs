// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

/// <summary>Turns DuckDB's error messages into exceptions that tell an operator what to do.</summary>
static class DuckDbErrors
{
    const string Damaged =
        "The file is damaged, or is not a store. Restore it from a backup, or set it aside to continue with the " +
        "other files (it is never deleted).";

    const string FullMemory =
        "Raise the store's memory limit (tallymark serve --memory), declare fewer events and fields, or query fewer " +
        "days at once.";

    const string OtherVersion = "Another version of tallymark wrote the file; use that version or a newer one.";

    // DuckDB's C API has messages but no codes. These parts of the messages are stable since 1.0. The first match
    // counts.
    static readonly (string Part, string Advice)[] Advices =
    [
        ("database has been invalidated", "The next write opens it again; acknowledged events are safe."),
        ("Could not set lock",
            "Another process has the file open. Stop that process, or let the running collector do this " +
            "(same --data)."),
        ("No space left",
            "The volume of the data folder is full. Delete files or enlarge it; acknowledged events are safe."),
        ("File too large", "The system does not let this process write a larger file (ulimit -f); raise that limit."),
        ("Could not write", "Check whether the volume is full or read-only; acknowledged events are safe."),
        ("Permission denied", "Give the user that runs this command access to the data folder and everything in it."),
        ("Read-only file system", "Mount the volume of the data folder writable."),
        ("Out of Memory", FullMemory),
        ("failed to pin block", FullMemory),
        ("could not allocate block", FullMemory),
        ("not a valid DuckDB database", Damaged),
        ("checksum", Damaged),
        ("Corrupt", Damaged),
        ("Failure while replaying WAL", Damaged),
        ("Serialization Error", Damaged),
        ("Could not read enough bytes", Damaged),
        ("created with a newer", OtherVersion),
        ("trying to read a database file with version number", OtherVersion),
    ];

    /// <summary>An exception with DuckDB's message and advice.</summary>
    /// <param name="place">The file or table.</param>
    /// <param name="action">The action that failed, as an infinitive.</param>
    /// <param name="message">DuckDB's message; null or empty: it gave none.</param>
    public static StoreException Create(string place, string action, string? message)
    {
        if (string.IsNullOrEmpty(message))
            return new StoreException($"{place}: could not {action}. DuckDB gave no reason.");

        // A statement over many files fails because of one of them.
        place = DamagedFile.Find(place, message) ?? place;

        // After an empty line DuckDB's message continues with settings that are locked here, or with the statement.
        var end = message.IndexOf("\n\n", StringComparison.Ordinal);
        var text = $"{place}: could not {action}. DuckDB says: {(end < 0 ? message : message[..end]).TrimEnd()}";
        foreach (var (part, advice) in Advices)
        {
            if (!message.Contains(part, StringComparison.OrdinalIgnoreCase))
                continue;
            if (ReferenceEquals(advice, FullMemory))
                return new FullMemoryException($"{text}. {advice}");
            return ReferenceEquals(advice, Damaged) && File.Exists(place)
                ? new DamagedFileException(place, $"{text}.", advice)
                : new StoreException($"{text}. {advice}");
        }

        return new StoreException(text);
    }

    /// <summary>The native library is missing or was built for another platform.</summary>
    public static StoreException NoLibrary(Exception inner) => new(
        "DuckDB's library (libduckdb.so, libduckdb.dylib or duckdb.dll) could not be loaded from the program's folder. "
        + $"Build or install the program for {RuntimeInformation.RuntimeIdentifier}. {inner.Message}", inner);
}
