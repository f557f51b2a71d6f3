// SPDX-License-Identifier: MIT
// Batches on disk: taken from the spool, cleaned, frozen, split, put away (spec/spool.md, "Freezing").

using System.Text;
using System.Text.Json;

namespace Tallymark.Upload;

/// <summary>A frozen batch: its events never change again.</summary>
/// <param name="Id">A UUID, lower case with dashes.</param>
/// <param name="Lines">Its whole lines, in the order in which they are sent.</param>
/// <param name="Events">How many lines.</param>
sealed record Batch(string Id, byte[] Lines, int Events);

/// <summary>The folders of a tool, as the one uploader under the lock works on them. Each step can be killed and begun again.</summary>
sealed class Batches(StateFolder state, string tool)
{
    internal const int MostEvents = 500;

    /// <summary>512 KiB before compression, with room for the head.</summary>
    internal const int MostBytes = 512 * 1024 - 512;

    const long LargestFile = 64 * 1024 * 1024;
    const byte LineEnd = (byte)'\n';
    const string SplitEnding = ".split";
    const string GoodEnding = ".good";
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);
    static readonly TimeSpan HalfMadeFor = TimeSpan.FromDays(1);

    /// <summary>True if there is nothing that an uploader could take, now or when the processes that hold it have ended.</summary>
    internal bool AreEmpty() =>
        Files(state.Spool, SpoolFile.Ending).Count == 0 && Files(state.Building, "").Count == 0
        && !(Directory.Exists(state.Batches) && Directory.GetDirectories(state.Batches).Length > 0);

    /// <summary>The ids of the frozen batches, in order.</summary>
    internal List<string> Frozen()
    {
        FinishSplits();
        return Folders(state.Batches);
    }

    /// <summary>Steps 2 to 4: takes free files of the spool and freezes them. Null where there is nothing to take.</summary>
    internal string? Freeze()
    {
        StateFolder.Make(state.Building);
        Resume();
        Take();
        foreach (var file in Files(state.Building, SpoolFile.Ending))
            Clean(file);
        if (Files(state.Building, SpoolFile.Ending).Count == 0)
            return null;
        var id = NewId(Files(state.Building, SpoolFile.Ending));
        var target = Path.Combine(state.Batches, id);
        StateFolder.Make(state.Batches);
        if (Directory.Exists(target))
        {
            // A copy of a file that waits already.
            Directory.Delete(state.Building, recursive: true);
            return Freeze();
        }

        Directory.Move(state.Building, target);
        return id;
    }

    internal Batch Read(string id) => ReadFolder(Path.Combine(state.Batches, id), id);

    /// <summary>True if the collector need not be asked whether it is too large.</summary>
    internal static bool IsTooLarge(Batch batch) => batch.Events > MostEvents || batch.Lines.Length > MostBytes;

    /// <summary>What settings stop of a batch, in words; null: nothing.</summary>
    internal static string? FindStopped(Batch batch, RemoteSettings settings)
    {
        if (settings.Rules.Count == 0)
            return null;
        foreach (var range in ((ReadOnlySpan<byte>)batch.Lines).Split(LineEnd))
        {
            if (batch.Lines.AsSpan(range) is { Length: > 0 } line && FindStopped(line, settings) is { } stopped)
                return stopped;
        }

        return null;
    }

    // What was frozen was of this form (step 3); if it is not any more, nobody knows what is in it.
    static string? FindStopped(ReadOnlySpan<byte> line, RemoteSettings settings)
    {
        if (!TryParse(line, out var root))
            return "what may be in a line that can't be read";
        var name = root.GetProperty("event").GetString()!;
        if (settings.StopsEvent(name))
            return "the event " + name;
        foreach (var field in root.GetProperty("fields").EnumerateObject())
        {
            if (settings.StopsField(name, field.Name))
                return "the field " + field.Name + " of the event " + name;
        }

        return null;
    }

    /// <summary>
    /// Halves a batch. From the first rename on it is never sent whole again, and its halves are sent only when both are
    /// there: else the same events could reach the collector under two ids.
    /// </summary>
    internal void Split(Batch batch)
    {
        Directory.Move(Path.Combine(state.Batches, batch.Id), Path.Combine(state.Batches, batch.Id + SplitEnding));
        FinishSplits();
    }

    internal void Accept(string id, byte[] reply) => PutAway(id, state.Sent, reply);

    internal void Reject(string id, byte[] reply) => PutAway(id, state.Rejected, reply);

    /// <summary>Removes what was put away more than 30 days ago, and what killed processes left half made.</summary>
    internal void Forget(DateTime now)
    {
        foreach (var folder in (string[])[state.Sent, state.Rejected])
        {
            foreach (var id in Folders(folder))
            {
                var path = Path.Combine(folder, id);
                if (Directory.GetLastWriteTimeUtc(path) + KeptFor < now)
                    Directory.Delete(path, recursive: true);
            }
        }

        ForgetFiles(state.Damaged, "", now - KeptFor);
        ForgetFiles(state.Path, StateFolder.TemporaryEnding, now - HalfMadeFor);
        foreach (var file in Files(state.Spool, SpoolFile.NewEnding))
        {
            // A young one is not even tried: its process may be between making the file and taking the lock.
            if (File.GetLastWriteTimeUtc(file) + HalfMadeFor < now)
                TakeOrphan(file);
        }
    }

    static void ForgetFiles(string folder, string ending, DateTime before)
    {
        foreach (var file in Files(folder, ending))
        {
            if (File.GetLastWriteTimeUtc(file) < before)
                File.Delete(file);
        }
    }

    /// <summary>The id of a part: made from the batch and the lines alone, so that a split begun twice gives the same.</summary>
    internal static string PartId(string batch, int from, int to)
    {
        return ToId(new Sha256().Add("split\n").Add(batch).Add("\n" + from + "-" + to).Finish());
    }

    // A batch of one file has an id made from it, so that all its parts have too, and a file that was copied does not count twice.
    static string NewId(List<string> files)
    {
        if (files.Count > 1)
            return Guid.NewGuid().ToString("D");
        var name = Path.GetFileName(files[0]);
        return ToId(new Sha256().Add("file\n").Add(name).Add("\n").Add(File.ReadAllBytes(files[0])).Finish());
    }

    static string ToId(byte[] hash)
    {
        hash[6] = (byte)(hash[6] & 0x0f | 0x80);
        hash[8] = (byte)(hash[8] & 0x3f | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString("D");
    }

    void FinishSplits()
    {
        ClearWork();
        foreach (var folder in Folders(state.Batches, SplitEnding))
        {
            var id = folder[..^SplitEnding.Length];
            var whole = ReadFolder(Path.Combine(state.Batches, folder), id);
            var middle = whole.Events / 2;
            var cut = OffsetOfLine(whole.Lines, middle);
            WritePart(PartId(id, 0, middle), whole.Lines.AsSpan(0, cut));
            WritePart(PartId(id, middle, whole.Events), whole.Lines.AsSpan(cut));

            // Out of the way first: killed amid its removal, what is left would be taken for the whole.
            Directory.Move(Path.Combine(state.Batches, folder), ClearWork());
            ClearWork();
        }
    }

    string ClearWork()
    {
        if (Directory.Exists(state.Splitting))
            Directory.Delete(state.Splitting, recursive: true);
        return state.Splitting;
    }

    void WritePart(string id, ReadOnlySpan<byte> lines)
    {
        var target = Path.Combine(state.Batches, id);
        if (Directory.Exists(target))
            return;
        var work = ClearWork();
        StateFolder.Make(work);
        StateFolder.Replace(Path.Combine(work, "part" + SpoolFile.Ending), lines);
        Directory.Move(work, target);
    }

    // What an uploader left that was killed in step 3: the good lines of a file that is already set aside, or half of them.
    void Resume()
    {
        foreach (var good in Files(state.Building, GoodEnding))
        {
            var file = Path.ChangeExtension(good, SpoolFile.Ending);
            if (File.Exists(file))
                File.Delete(good);
            else
                File.Move(good, file);
        }

        foreach (var half in Files(state.Building, StateFolder.TemporaryEnding))
            File.Delete(half);
    }

    void Take()
    {
        int events = 0, bytes = 0;
        foreach (var file in Files(state.Building, SpoolFile.Ending))
            CountIn(File.ReadAllBytes(file), ref events, ref bytes);
        foreach (var file in Files(state.Spool, SpoolFile.Ending))
        {
            using var held = TryHold(file);
            if (held is null)
                continue;
            if (held.Length > LargestFile)
            {
                SetAside(file);
                continue;
            }

            var content = new byte[held.Length];
            held.ReadExactly(content);
            var empty = bytes == 0;
            CountIn(content, ref events, ref bytes);
            if (!empty && (events > MostEvents || bytes > MostBytes))
                return;

            // On Windows an open file can't be moved; there nobody but the one uploader opens a file that is free.
            if (OperatingSystem.IsWindows())
                held.Dispose();
            File.Move(file, Path.Combine(state.Building, Path.GetFileName(file)));
        }
    }

    // A process that was killed before its first line: the file is empty. Anything else under that name is not ours.
    void TakeOrphan(string file)
    {
        using var held = TryHold(file);
        if (held is null)
            return;
        var empty = held.Length == 0;
        if (OperatingSystem.IsWindows())
            held.Dispose();
        if (empty)
            File.Delete(file);
        else
            SetAside(file);
    }

    // Step 3.
    void Clean(string file)
    {
        var content = File.ReadAllBytes(file);
        var good = new MemoryStream();
        var whole = 0;
        foreach (var line in ((ReadOnlySpan<byte>)content).Split(LineEnd))
        {
            // What stands after the last LF was torn by a crash and does not count.
            if (line.End.Value == content.Length)
                break;
            whole = line.End.Value + 1;
            if (IsEvent(content.AsSpan(line)))
                good.Write(content.AsSpan(line.Start.Value, whole - line.Start.Value));
        }

        if (good.Length == whole && whole > 0)
            return;
        if (content.Length == 0)
        {
            File.Delete(file);
            return;
        }

        var beside = Path.ChangeExtension(file, GoodEnding);
        File.Delete(beside);
        if (good.Length > 0)
            File.Move(StateFolder.Temporary(beside, good.ToArray()), beside);
        SetAside(file);
        if (good.Length > 0)
            File.Move(beside, file);
    }

    void SetAside(string file)
    {
        StateFolder.Make(state.Damaged);
        File.Move(file, Path.Combine(state.Damaged, Path.GetFileName(file)), overwrite: true);
    }

    /// <summary>True if the line has the form of an event of this tool; whether its values are right the collector says.</summary>
    internal bool IsEvent(ReadOnlySpan<byte> line)
    {
        var start = Encoding.ASCII.GetBytes("{\"tallymark\":1,\"tool\":\"" + tool + "\",\"manifest\":");
        return line.Length < TelemetryClient.LongestLine && line.StartsWith(start) && TryParse(line, out _);
    }

    static bool TryParse(ReadOnlySpan<byte> line, out JsonElement root)
    {
        root = default;
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object && Has(root, "manifest", JsonValueKind.Number)
                && Has(root, "agreed", JsonValueKind.String) && Has(root, "event", JsonValueKind.String)
                && Has(root, "time", JsonValueKind.String) && Has(root, "status", JsonValueKind.String)
                && Has(root, "fields", JsonValueKind.Object);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool Has(JsonElement root, string name, JsonValueKind kind) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == kind;

    void PutAway(string id, string folder, byte[] reply)
    {
        var batch = Path.Combine(state.Batches, id);
        var target = Path.Combine(folder, id);
        StateFolder.Replace(Path.Combine(batch, "reply.json"), reply);
        StateFolder.Make(folder);
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.Move(batch, target);
    }

    static Batch ReadFolder(string folder, string id)
    {
        var lines = new MemoryStream();
        var events = 0;
        foreach (var file in Files(folder, SpoolFile.Ending))
        {
            var content = File.ReadAllBytes(file);
            var whole = content.AsSpan(0, content.AsSpan().LastIndexOf(LineEnd) + 1);
            events += whole.Count(LineEnd);
            lines.Write(whole);
        }

        return new Batch(id, lines.ToArray(), events);
    }

    static void CountIn(ReadOnlySpan<byte> content, ref int events, ref int bytes)
    {
        events += content.Count(LineEnd);
        bytes += content.Length;
    }

    static int OffsetOfLine(ReadOnlySpan<byte> lines, int number)
    {
        var offset = 0;
        for (; number > 0; number--)
            offset += lines[offset..].IndexOf(LineEnd) + 1;
        return offset;
    }

    internal static FileStream? TryHold(string file)
    {
        try
        {
            return StateFolder.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its process lives and may still write, or it is not ours.
            return null;
        }
    }

    internal static List<string> Files(string folder, string ending)
    {
        var found = new List<string>();
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                if (file.EndsWith(ending, StringComparison.Ordinal))
                    found.Add(file);
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    internal static List<string> Folders(string folder, string? ending = null)
    {
        var found = new List<string>();
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateDirectories(folder))
            {
                var name = Path.GetFileName(path);
                if (ending is null ? Guid.TryParseExact(name, "D", out _) : name.EndsWith(ending, StringComparison.Ordinal))
                    found.Add(name);
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
