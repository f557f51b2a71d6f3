// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;

namespace Tallymark.Collector;

/// <summary>
/// The version of a data folder's format, in its file <c>format.json</c> (<c>spec/control.md</c>). A folder without the
/// file is new, or has format 1. Stateless.
/// </summary>
public static class DataFormat
{
    /// <summary>
    /// The format that this version writes. 1: until 0.2. 2: <c>format.json</c>; no ids in the audit log.
    /// </summary>
    public const int Current = 2;

    /// <summary>Reads the version of a folder; null: it is new and empty.</summary>
    /// <exception cref="IOException">The file can't be read, or a newer version of tallymark wrote it.</exception>
    internal static FormatMark? Read(DataFolder data)
    {
        if (!File.Exists(data.Format))
            return Directory.Exists(data.Tools) || File.Exists(data.Audit) ? new FormatMark(1, null) : null;
        FormatMark mark;
        try
        {
            mark = StatusJson.Read<FormatMark>(File.ReadAllText(data.Format));
        }
        catch (JsonException e)
        {
            throw new IOException($"{data.Format} can't be read. Restore it from a backup.", e);
        }

        return mark.Format <= Current ? mark : throw new IOException(
            $"{data.Path} has format {mark.Format}: a newer version of tallymark wrote it, and this one knows formats "
            + $"up to {Current}. Use the newer version, or restore a backup that was made before the upgrade.");
    }

    /// <summary>
    /// Brings a locked folder to the current format. A folder that was brought there stays readable for this version
    /// only.
    /// </summary>
    /// <exception cref="IOException">
    /// As <see cref="Read"/>, or the journal needs the version that wrote it, or the folder can't be written.
    /// </exception>
    internal static void Migrate(DataFolder data, TimeProvider time)
    {
        var mark = Read(data);
        if (mark?.Format == Current)
            return;
        // First: once the folder has the new format, the version that could read the journal refuses the folder.
        var journal = new JournalFolder(data.Journal);
        foreach (var file in journal.Numbers().Select(journal.PathOf))
            JournalFile.RequireVersion(file);
        if (mark?.Format == 1)
            new AuditLog(data, time).HashIds();
        var current = new FormatMark(Current, time.GetUtcNow());
        OwnerFile.Replace(data.Format, Encoding.UTF8.GetBytes(StatusJson.Write(current) + "\n"));
    }
}

/// <summary>The content of <c>format.json</c>.</summary>
/// <param name="Format">The version.</param>
/// <param name="Since">When the folder got this format; null: it has no file yet.</param>
sealed record FormatMark(int Format, DateTimeOffset? Since);
