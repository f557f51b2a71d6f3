// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Tallymark.Upload;

/// <summary>A frozen batch: its events never change.</summary>
/// <param name="Id">A UUID, lower case with dashes.</param>
/// <param name="Lines">Its complete lines, in the order in which they are sent.</param>
/// <param name="Events">The number of lines.</param>
sealed record Batch(string Id, byte[] Lines, int Events);

/// <summary>
/// Batches on disk: taken from the spool, cleaned, frozen, split, moved to <c>sent</c> or <c>rejected</c>
/// (spec/spool.md, "Freezing"). Only the one uploader that holds the lock uses it. A process may be killed in any step;
/// the next uploader repeats or completes that step.
/// </summary>
sealed class Batches(StateFolder state, string tool)
{
    internal const int MaxEvents = 500;

    /// <summary>512 KiB before compression, with room for the head.</summary>
    internal const int MaxBytes = 512 * 1024 - 512;

    const long MaxFileBytes = 64 * 1024 * 1024;
    const byte LineEnd = (byte)'\n';
    const string SplitEnding = ".split";
    const string GoodEnding = ".good";
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);
    static readonly TimeSpan KeepTemporaryFor = TimeSpan.FromDays(1);

    /// <summary>
    /// True if there is nothing that an uploader could take, now or after the recording processes have ended.
    /// </summary>
    internal bool AreEmpty() =>
        Files(state.Spool, SpoolFile.Ending).Count == 0 && Files(state.Building, "").Count == 0
        && !(Directory.Exists(state.Batches) && Directory.GetDirectories(state.Batches).Length > 0);

    /// <summary>The ids of the frozen batches, in order.</summary>
    internal List<string> Frozen()
    {
        FinishSplits();
        return Folders(state.Batches);
    }

    /// <summary>
    /// The period of the ids in the batches of this occasion (<see cref="IdentityPeriod"/>): two ids are never sent in
    /// one batch or one occasion, which would link them. Null until something was read or taken.
    /// </summary>
    internal string? Period { get; private set; }

    /// <summary>True if the events wait for another occasion because they have another id.</summary>
    internal bool LeftOtherPeriod { get; private set; }

    /// <summary>True if the batch may be sent in this occasion.</summary>
    internal bool IsOfPeriod(string id) => IsOfPeriodOf(Files(Path.Combine(state.Batches, id), SpoolFile.Ending));

    // All files of a batch have the same period.
    bool IsOfPeriodOf(List<string> files)
    {
        if (files.Count == 0)
            return true;
        var period = IdentityPeriod.OfFile(files[0]);
        Period ??= period;
        LeftOtherPeriod |= period != Period;
        return period == Period;
    }

    /// <summary>
    /// Steps 2 to 4: takes free files of the spool and freezes them. Null if there is nothing to take.
    /// </summary>
    internal string? Freeze()
    {
        StateFolder.Make(state.Building);
        Resume();
        Take();
        foreach (var file in Files(state.Building, SpoolFile.Ending))
            Clean(file);
        if (Files(state.Building, SpoolFile.Ending) is not { Count: > 0 } files || !IsOfPeriodOf(files))
            return null;
        var id = NewId(Files(state.Building, SpoolFile.Ending));
        var target = Path.Combine(state.Batches, id);
        StateFolder.Make(state.Batches);
        if (Directory.Exists(target))
        {
            // A copy of a file that is already waiting.
            Directory.Delete(state.Building, recursive: true);
            return Freeze();
        }

        Directory.Move(state.Building, target);
        return id;
    }

    internal Batch Read(string id) => ReadFolder(Path.Combine(state.Batches, id), id);

    /// <summary>True if the batch must be split without asking the collector.</summary>
    internal static bool IsTooLarge(Batch batch) => batch.Events > MaxEvents || batch.Lines.Length > MaxBytes;

    /// <summary>The part of a batch that settings stop, in words; null: none.</summary>
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

    // Step 3 has checked each line. A line that is invalid now was changed since, so its content is unknown.
    static string? FindStopped(ReadOnlySpan<byte> line, RemoteSettings settings)
    {
        if (!TryParse(line, out var root))
            return "a line that cannot be read";
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
    /// Splits a batch in two. After the first rename the whole batch is never sent again, and the parts are sent only
    /// when both exist: otherwise the collector could get the same events under two ids.
    /// </summary>
    internal void Split(Batch batch)
    {
        Directory.Move(Path.Combine(state.Batches, batch.Id), Path.Combine(state.Batches, batch.Id + SplitEnding));
        FinishSplits();
    }

    internal void Accept(string id, byte[] reply) => MoveAway(id, state.Sent, reply);

    internal void Reject(string id, byte[] reply) => MoveAway(id, state.Rejected, reply);

    /// <summary>
    /// Removes sent, rejected and damaged data after 30 days, and temporary files of killed processes.
    /// </summary>
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
        ForgetFiles(state.Path, StateFolder.TemporaryEnding, now - KeepTemporaryFor);
        foreach (var file in Files(state.Spool, SpoolFile.NewEnding))
        {
            // A newer file is not even tried: its process may be between creating it and taking the lock.
            if (File.GetLastWriteTimeUtc(file) + KeepTemporaryFor < now)
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

    /// <summary>
    /// The id of a part. It depends only on the batch and the line numbers, so a repeated split gives the same id.
    /// </summary>
    internal static string PartId(string batch, int from, int to) =>
        ToId(new ManagedSha256().Add("split\n").Add(batch).Add("\n" + from + "-" + to).Finish());

    // The id of a batch of one file is derived from that file, and so are the ids of its parts: a copied file does not
    // count twice.
    static string NewId(List<string> files)
    {
        if (files.Count > 1)
            return Guid.NewGuid().ToString("D");
        var name = Path.GetFileName(files[0]);
        return ToId(new ManagedSha256().Add("file\n").Add(name).Add("\n").Add(File.ReadAllBytes(files[0])).Finish());
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
            var period = Files(Path.Combine(state.Batches, folder), SpoolFile.Ending) is [var first, ..]
                ? IdentityPeriod.OfFile(first)
                : "";
            WritePart(PartId(id, 0, middle), period, whole.Lines.AsSpan(0, cut));
            WritePart(PartId(id, middle, whole.Events), period, whole.Lines.AsSpan(cut));

            // Moved before it is removed: after a kill in the middle, the rest would be taken for the whole batch.
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

    void WritePart(string id, string period, ReadOnlySpan<byte> lines)
    {
        var target = Path.Combine(state.Batches, id);
        if (Directory.Exists(target))
            return;
        var work = ClearWork();
        StateFolder.Make(work);
        var name = period.Length == 0 ? "part" : period + "-part";
        StateFolder.Replace(Path.Combine(work, name + SpoolFile.Ending), lines);
        Directory.Move(work, target);
    }

    // Completes step 3 of a killed uploader: it may have left the valid lines of a file that is already set aside, or
    // an incomplete temporary file.
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
        if (Files(state.Building, SpoolFile.Ending) is { Count: > 0 } begun && !IsOfPeriodOf(begun))
            return;
        foreach (var file in Files(state.Building, SpoolFile.Ending))
            CountIn(File.ReadAllBytes(file), ref events, ref bytes);
        foreach (var file in Files(state.Spool, SpoolFile.Ending))
        {
            using var held = TryHold(file);
            if (held is null || !IsOfPeriodOf([file]))
                continue;
            if (held.Length > MaxFileBytes)
            {
                SetAside(file);
                continue;
            }

            var content = new byte[held.Length];
            held.ReadExactly(content);
            var empty = bytes == 0;
            CountIn(content, ref events, ref bytes);
            if (!empty && (events > MaxEvents || bytes > MaxBytes))
                return;

            // Windows cannot move an open file. There only the one uploader opens a file that is free.
            if (OperatingSystem.IsWindows())
                held.Dispose();
            File.Move(file, Path.Combine(state.Building, Path.GetFileName(file)));
        }
    }

    // An empty file is from a process that was killed before its first line. Any other file of that name is damage.
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
            // The rest after the last LF was cut off by a crash and does not count.
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

    /// <summary>True if the line has the form of an event of this tool. The collector checks the values.</summary>
    internal bool IsEvent(ReadOnlySpan<byte> line)
    {
        var start = Encoding.ASCII.GetBytes("{\"tallymark\":1,\"tool\":\"" + tool + "\",\"manifest\":");
        return line.Length < SpoolLine.MaxBytes && line.StartsWith(start) && TryParse(line, out _);
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

    void MoveAway(string id, string folder, byte[] reply)
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
            // Its process is running and may still write, or the file belongs to another user.
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
                // A pipe would block, and another user's file is not this user's data.
                if (file.EndsWith(ending, StringComparison.Ordinal) && Libc.IsOwnFile(file))
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
                var matches = ending is null
                    ? Guid.TryParseExact(name, "D", out _)
                    : name.EndsWith(ending, StringComparison.Ordinal);
                if (matches)
                    found.Add(name);
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
