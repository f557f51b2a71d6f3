// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tallymark.Publish.Folding;

/// <summary>
/// The folded days of a tool on disk (<c>spec/control.md</c>, "Folded days"). A day is folded once, when it can't
/// change any more, and never again: everything that is released comes from these files, so a release can be completed
/// later without being computed again, and events can expire before it. Several processes may add the same day at once
/// (the collector and a publisher): the first file stays, and all of them show it.
/// </summary>
sealed class FoldedDays
{
    const string DayFormat = "yyyy-MM-dd";

    readonly string _folder;

    /// <summary>The folded days in a folder, which need not exist yet.</summary>
    public FoldedDays(string folder) => _folder = folder;

    string StatePath => Path.Combine(_folder, "state.json");

    /// <summary>
    /// The days that were folded without a gap; a day of them without a file had no events. Null: none yet.
    /// </summary>
    /// <exception cref="StoreException">The file can't be read.</exception>
    public FoldedRange? Range =>
        Read<StateFile>(StatePath) is { } state ? new FoldedRange(state.From, state.Through) : null;

    /// <summary>A folded day; null: it was not folded, or had no events.</summary>
    /// <exception cref="StoreException">The file can't be read.</exception>
    public FoldedDay? Find(DateOnly day) => Read<DayFile>(PathOf(day))?.ToDay();

    /// <summary>Adds a day. On return it is durable.</summary>
    /// <returns>The day as it is stored: the one that was added first.</returns>
    /// <exception cref="StoreException">The file can't be written.</exception>
    public FoldedDay Add(FoldedDay day)
    {
        if (day.Groups.Count == 0)
            return day;
        var path = PathOf(day.Day);
        var isFirst = Store(path, () => OwnerFile.TryCreate(path, Json(DayFile.Of(day))));
        return isFirst ? day : Find(day.Day)!;
    }

    /// <summary>Records that all days of the range are folded.</summary>
    /// <exception cref="StoreException">The file can't be written.</exception>
    public void SetRange(FoldedRange range) => Store(StatePath, () =>
    {
        OwnerFile.Replace(
            StatePath, Json(new StateFile { Tallymark = 1, From = range.From, Through = range.Through }));
        return true;
    });

    /// <summary>Reads every file.</summary>
    /// <returns>Why files can't be read.</returns>
    public IEnumerable<(string File, string Problem)> Verify()
    {
        foreach (var file in Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*.json") : [])
        {
            StoreException? damage = null;
            try
            {
                if (file == StatePath)
                    _ = Read<StateFile>(file);
                else
                    _ = Read<DayFile>(file);
            }
            catch (StoreException e)
            {
                damage = e;
            }

            if (damage is not null)
                yield return (file, damage.InnerException!.Message);
        }
    }

    string PathOf(DateOnly day) =>
        Path.Combine(_folder, day.ToString(DayFormat, CultureInfo.InvariantCulture) + ".json");

    static byte[] Json<T>(T document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, typeof(T), FoldedJson.Default);

    bool Store(string path, Func<bool> write)
    {
        try
        {
            MakeFolder();
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path} can't be written: {e.Message}", e);
        }
    }

    void MakeFolder()
    {
        if (Directory.Exists(_folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_folder);
        else
            Directory.CreateDirectory(_folder, OwnerFile.FolderMode);
        SyncedFolder.Sync(Path.GetDirectoryName(_folder)!);
    }

    static T? Read<T>(string path) where T : class
    {
        try
        {
            return File.Exists(path)
                ? (T?)JsonSerializer.Deserialize(File.ReadAllBytes(path), typeof(T), FoldedJson.Default)
                    ?? throw new JsonException("The document is null.")
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StoreException(
                $"{path} can't be read ({e.Message}). It has the only copy of that day's published rows once the " +
                "events have expired. Restore it from a backup.", e);
        }
    }
}

/// <summary>Days, both inclusive.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct FoldedRange(DateOnly From, DateOnly Through)
{
    /// <summary>Whether a day is among them.</summary>
    public bool Contains(DateOnly day) => day >= From && day <= Through;
}

/// <summary><c>state.json</c>.</summary>
sealed record StateFile
{
    public required int Tallymark { get; init; }
    public required DateOnly From { get; init; }
    public required DateOnly Through { get; init; }
}

/// <summary><c>YYYY-MM-DD.json</c>.</summary>
sealed record DayFile
{
    public required int Tallymark { get; init; }
    public required DateOnly Day { get; init; }
    public required IReadOnlyList<GroupEntry> Groups { get; init; }

    public static DayFile Of(FoldedDay day) => new()
    {
        Tallymark = 1,
        Day = day.Day,
        Groups =
        [
            .. day.Groups.Select(g => new GroupEntry
            {
                Manifests = g.Versions,
                Events = g.Events,
                Columns = g.Columns,
                LeftOut = g.HasEventsLeftOut,
                Rows = [.. g.Rows.Select(row => new RowEntry { Labels = row.Labels, Occurrences = row.Occurrences })],
            }),
        ],
    };

    public FoldedDay ToDay() => new(Day,
    [
        .. Groups.Select(g => new FoldedGroup(
            g.Manifests, g.Events, g.Columns, g.LeftOut,
            [.. g.Rows.Select(row => new PublishedRow(row.Labels, row.Occurrences))])),
    ]);
}

/// <summary>A group of a folded day.</summary>
sealed record GroupEntry
{
    public required IReadOnlyList<int> Manifests { get; init; }
    public required IReadOnlyList<string> Events { get; init; }
    public required IReadOnlyList<string> Columns { get; init; }
    public required bool LeftOut { get; init; }
    public required IReadOnlyList<RowEntry> Rows { get; init; }
}

/// <summary>A row of a folded day.</summary>
sealed record RowEntry
{
    public required string[] Labels { get; init; }
    public required long Occurrences { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StateFile))]
[JsonSerializable(typeof(DayFile))]
sealed partial class FoldedJson : JsonSerializerContext;
