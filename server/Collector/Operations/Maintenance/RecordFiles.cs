// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>A file that is damaged.</summary>
/// <param name="File">Its path.</param>
/// <param name="Problem">The damage, a sentence.</param>
/// <param name="Todo">The next step of the operator, sentences.</param>
public sealed record FileDamage(string File, string Problem, string Todo)
{
    /// <summary>The tool, if it is a file of the tool's store.</summary>
    public string? Tool { get; init; }
}

/// <summary>
/// Reads the files of a data folder or a backup that are not the store's: the format, the journal, manifests, totals,
/// tokens, keys and the audit log. Changes nothing. A collector may serve the folder meanwhile. Stateless.
/// </summary>
public static class RecordFiles
{
    const string Restore = "Restore it from a backup.";

    /// <summary>Reads them all. Cost: their length.</summary>
    /// <exception cref="IOException">The folder can't be listed, or a newer version of tallymark wrote it.</exception>
    public static IReadOnlyList<FileDamage> Check(DataFolder data)
    {
        var damages = new List<FileDamage>();
        damages.AddIf(data.Format, Restore, () => StatusJson.Read<FormatMark>(File.ReadAllText(data.Format)));
        if (damages.Count == 0)
            _ = DataFormat.Read(data); // refuses a newer version: the other files may have another form
        CheckJournal(data, damages);
        foreach (var tool in Directory.Exists(data.Tools) ? Directory.GetDirectories(data.Tools) : [])
            CheckTool(data, Path.GetFileName(tool), damages);
        damages.AddIf(
            data.Tokens, "Restore it from a backup, or delete it and create new tokens.",
            () => new TokenFile(data).List());
        damages.AddIf(
            data.NetworkKeys, "Delete it: the collector makes new keys, and a network can count twice on recent days.",
            () => new NetworkKeys(data.NetworkKeys, new Limits(), TimeProvider.System).Check());
        damages.AddIf(
            data.Audit, "Restore its lines from a backup; the collector goes on adding lines.",
            () => CheckLines(data));
        return damages;
    }

    static void CheckJournal(DataFolder data, List<FileDamage> damages)
    {
        foreach (var aside in data.DamagedJournals)
        {
            damages.Add(new FileDamage(
                aside, "It could not be read completely at an earlier start.",
                "Message 222 in the log of that start says how much was lost. Delete it after you have examined it."));
        }

        var journal = new JournalFolder(data.Journal);
        foreach (var file in journal.Numbers().Select(journal.PathOf))
        {
            damages.AddIf(
                file,
                "The next start stores what can be read and keeps the file. A backup that was made by a running "
                + "collector has these events in its store.",
                () =>
                {
                    if (JournalFile.DamagedBytes(file) is > 0 and var bytes)
                        throw new FormatException($"{bytes} of its bytes belong to no batch.");
                });
        }
    }

    static void CheckTool(DataFolder data, string tool, List<FileDamage> damages)
    {
        var manifests = data.Manifests(tool);
        foreach (var file in Directory.Exists(manifests) ? Directory.GetFiles(manifests, "*.yaml") : [])
        {
            damages.AddIf(file, "Restore it from a backup, or use the version of tallymark that accepted it.", () =>
            {
                var read = ManifestReader.ReadAccepted(File.ReadAllText(file));
                if (read.Manifest is null)
                    throw new FormatException(string.Join(' ', read.Diagnostics.Select(one => one.Format(file))));
            });
        }

        damages.AddIf(
            data.Totals(tool),
            "Restore it from a backup, or delete it while the collector is stopped: the totals then start with the "
            + "rows in the store.",
            () => SavedTotals.Read(data.Totals(tool), reason => throw new FormatException(reason)));
    }

    static void CheckLines(DataFolder data)
    {
        var (number, bad) = (0, 0);
        foreach (var line in AuditLog.Lines(data))
        {
            number++;
            try
            {
                using var json = JsonDocument.Parse(line);
            }
            catch (JsonException)
            {
                bad = bad == 0 ? number : bad;
            }
        }

        // A line without an end is being written, or its writer was killed.
        if (bad > 0 && (bad < number || EndsWithNewLine(data.Audit)))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Line {bad} is not JSON."));
    }

    static bool EndsWithNewLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    static void AddIf(this List<FileDamage> damages, string file, string todo, Action read)
    {
        try
        {
            if (File.Exists(file))
                read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A running collector removed it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            damages.Add(new FileDamage(file, e.Message, todo));
        }
    }
}
