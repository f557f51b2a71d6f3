// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>The content of <c>totals.json</c>: a tool's totals as if its pending events had not come yet.</summary>
/// <param name="Received">Events received: the sum of stored, dropped and refused.</param>
/// <param name="Stored">Events on disk.</param>
/// <param name="Dropped">Events dropped, by reason.</param>
/// <param name="Refused">Events refused.</param>
/// <param name="Development">Stored events of development builds, which the store counts separately.</param>
/// <param name="Removed">Stored rows that a deletion or the end of the retention removed.</param>
sealed record SavedTotals(
    long Received, long Stored, Drops Dropped, long Refused, long Development, long Removed)
{
    public static SavedTotals None { get; } = new(0, 0, new Drops(), 0, 0, 0);

    /// <summary>Rows were being removed when the file was saved.</summary>
    public bool Removing { get; init; }

    /// <summary>
    /// The size of the tool's data in the store when it had <see cref="Rows"/> rows; null: not known. A store that
    /// still has this size has these rows.
    /// </summary>
    public StoreSize? Size { get; init; }

    /// <summary>When the last maintenance of the tool's files started; null: never.</summary>
    public DateTimeOffset? Maintained { get; init; }

    /// <summary>The number of rows that the store has, if nothing is wrong.</summary>
    public long Rows => Stored - Development - Removed;

    /// <summary>True if no count differs. Drops are covered by <see cref="Received"/>, the sum.</summary>
    public bool SameAs(SavedTotals other) =>
        (Received, Stored, Refused, Development, Removed)
        == (other.Received, other.Stored, other.Refused, other.Development, other.Removed);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="damaged">Receives the reason if the file can't be used.</param>
    /// <returns>Null if the file does not exist or can't be used.</returns>
    public static SavedTotals? Read(string path, Action<string> damaged)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var dropped = new Drops();
            foreach (var (reason, name) in Drops.Reasons)
                dropped.Add(reason, root.GetProperty("dropped").TryGetProperty(name, out var n) ? n.GetInt64() : 0);
            var totals = new SavedTotals(
                Number("received"), Number("stored"), dropped, Number("refused"), Number("development"),
                Number("removed"))
            {
                Removing = root.TryGetProperty("removing", out var removing) && removing.GetBoolean(),
                Size = root.TryGetProperty("files", out var files)
                    ? new StoreSize(files.GetInt32(), Number("bytes"))
                    : null,
                Maintained = root.TryGetProperty("maintained", out var maintained)
                    ? maintained.GetDateTimeOffset()
                    : null,
            };
            if (totals.Received == totals.Stored + dropped.Total + totals.Refused)
                return totals;
            damaged("its numbers do not add up");
            return null;

            long Number(string name) => root.GetProperty(name).GetInt64();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or IOException or UnauthorizedAccessException)
        {
            damaged(e.Message);
            return null;
        }
    }

    public ReadOnlySpan<byte> ToJson(DateTimeOffset now)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("tallymark", 1);
            json.WriteString("noted", Rfc3339.Second(now));
            json.WriteNumber("received", Received);
            json.WriteNumber("stored", Stored);
            json.WriteNumber("development", Development);
            json.WriteNumber("removed", Removed);
            json.WriteBoolean("removing", Removing);
            json.WriteStartObject("dropped");
            foreach (var (reason, name) in Drops.Reasons)
                json.WriteNumber(name, Dropped[reason]);
            json.WriteEndObject();
            json.WriteNumber("refused", Refused);
            if (Size is not null)
            {
                json.WriteNumber("files", Size.Files);
                json.WriteNumber("bytes", Size.Bytes);
            }

            if (Maintained is { } maintained)
                json.WriteString("maintained", Rfc3339.Second(maintained));
            json.WriteEndObject();
        }

        text.Write("\n"u8);
        return text.WrittenSpan;
    }
}
