// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// The outcome of a line: a row, a reason, neither (dropped for any reason), or the batch is refused.
/// </summary>
readonly record struct Judgement(string? Row, string? Reason, bool UnknownManifest, bool IsNearABound);

/// <summary>
/// Judges a line by the specification: the row that is stored, the reason for its drop, or the reason to refuse its
/// batch. Immutable. Thread-safe.
/// </summary>
sealed partial class LineReferee(Corpus corpus)
{
    const int DeepestLine = 3;

    static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);
    static readonly Judgement AnyReason = new(null, null, UnknownManifest: false, IsNearABound: false);

    readonly ValueReferee _values = new(corpus);

    public Judgement Judge(byte[] line, string tool, string? country, DateTimeOffset now)
    {
        if (!Referee.IsPlain(line))
            return AnyReason;
        using var document = Referee.Parse(line);
        if (document is null || DepthOf(document.RootElement) > DeepestLine)
            return AnyReason;
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            return Drop("malformed");
        var members = new Queue<JsonProperty>(document.RootElement.EnumerateObject());

        if (Next(members, "tallymark") is not { } format || format.GetRawText() != "1"
            || Text(members, "tool") != tool
            || Next(members, "manifest") is not { ValueKind: JsonValueKind.Number } version
                || !VersionPattern().IsMatch(version.GetRawText())
            || !int.TryParse(version.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || Text(members, "agreed") is not { } agreed || !AgreedPattern().IsMatch(agreed)
            || Text(members, "event") is not { } name)
        {
            return Drop("malformed");
        }

        if (corpus.Find(tool, number) is not { } manifest)
            return new(null, null, UnknownManifest: true, false);
        if (manifest.Events.FirstOrDefault(e => e.Name == name) is not { } declared)
            return Drop("unknown-event");
        if (Text(members, "time") is not { } text)
            return Drop("malformed");
        if (TimeOf(text, manifest.Time) is not { } time)
            return Drop("bad-time");
        var (latest, earliest) = (Nanoseconds(now.AddDays(2)), Nanoseconds(now.AddDays(-60)));
        var near = Int128.Abs(time - latest) < Nanoseconds(Slack) || Int128.Abs(time - earliest) < Nanoseconds(Slack);
        if (time > latest)
            return Drop("bad-time", near);
        if (time < earliest)
            return Drop("too-old", near);
        if (Text(members, "status") is not { } status || status is not ("success" or "failure" or "unknown"))
            return Drop("malformed", near);
        return Carried(members, manifest, declared,
            new Envelope(tool, name, time, Cut(Nanoseconds(now), manifest.Time), number, status), country, near);
    }

    Judgement Carried(
        Queue<JsonProperty> members, ToolManifest manifest, Event declared, Envelope envelope, string? country,
            bool near)
    {
        var fields = manifest.FieldsOf(declared);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<string>? withheld = null;
        if (members.TryPeek(out var first) && first.Name == "withheld")
        {
            members.Dequeue();
            if (first.Value.ValueKind != JsonValueKind.Array)
                return Drop("malformed", near);
            foreach (var element in first.Value.EnumerateArray())
            {
                if (element.ValueKind != JsonValueKind.String)
                    return Drop("malformed", near);
                if (!fields.Any(f => f.Name == element.GetString()))
                    return Drop("unknown-field", near);
                if (!seen.Add(element.GetString()!))
                    return Drop("malformed", near);
            }

            withheld = [.. seen.Order(StringComparer.Ordinal)];
        }

        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in fields.Where(f => f.Type == FieldType.Country && country is not null
            && !seen.Contains(f.Name)))
            Keep(field, country!);
        if (Next(members, "fields") is not { ValueKind: JsonValueKind.Object } carried)
            return Drop("malformed", near);
        var makers = false;
        foreach (var property in carried.EnumerateObject())
        {
            if (fields.FirstOrDefault(f => f.Name == property.Name) is not { } field)
                return Drop("unknown-field", near);
            if (!seen.Add(field.Name))
                return Drop("malformed", near);
            if (_values.Stored(field, property.Value) is not { } stored)
                return Drop("bad-value", near);
            Keep(field, stored);
            makers |= field.Type == FieldType.Environment && stored.Split(' ').Contains("dev", StringComparer.Ordinal);
        }

        return members.Count > 0
            ? Drop("malformed", near) : new(envelope.Row(makers, withheld, values), null, false, near);

        void Keep(Field field, string value)
        {
            if (field.Until is null || envelope.Time < EndOf(field.Until))
                values[field.Name] = value;
        }
    }

    static Judgement Drop(string reason, bool near = false) => new(null, reason, false, near);

    static JsonElement? Next(Queue<JsonProperty> members, string name) =>
        members.TryDequeue(out var member) && member.Name == name ? member.Value : null;

    static string? Text(Queue<JsonProperty> members, string name) =>
        Next(members, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    static int DepthOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => 1 + element.EnumerateObject().Select(m => DepthOf(m.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + element.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };

    static Int128? TimeOf(string text, TimePrecision precision)
    {
        var match = TimePattern().Match(text);
        if (!match.Success || !DateTimeOffset.TryParseExact(
            match.Groups["whole"].Value + "Z", "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var whole))
        {
            return null;
        }

        var fraction = match.Groups["fraction"].Value.PadRight(9, '0');
        var time = Nanoseconds(whole) + (fraction.Length == 0 ? 0 : long.Parse(fraction, CultureInfo.InvariantCulture));
        return time >= 0 && time == Cut(time, precision) ? time : null;
    }

    static Int128 Cut(Int128 time, TimePrecision precision) => time - (time % (precision switch
    {
        TimePrecision.Day => 86_400_000_000_000,
        TimePrecision.Hour => 3_600_000_000_000,
        TimePrecision.Second => 1_000_000_000,
        _ => 1,
    }));

    static Int128 EndOf(string day) =>
        Nanoseconds(DateTimeOffset.Parse(day + "T00:00:00Z", CultureInfo.InvariantCulture).AddDays(1));

    static Int128 Nanoseconds(DateTimeOffset time) => Nanoseconds(time - DateTimeOffset.UnixEpoch);

    static Int128 Nanoseconds(TimeSpan span) => (Int128)span.Ticks * 100;

    [GeneratedRegex("^[1-9][0-9]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionPattern();

    [GeneratedRegex("^[0-9a-f]{16}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AgreedPattern();

    [GeneratedRegex(@"^(?<whole>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]{1,9}))?Z$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TimePattern();

    /// <summary>The columns that every row has.</summary>
    sealed record Envelope(string Tool, string Event, Int128 Time, Int128 Received, int Manifest, string Status)
    {
        public string Row(bool makers, List<string>? withheld, SortedDictionary<string, string> values)
        {
            values["manifest"] = Manifest.ToString(CultureInfo.InvariantCulture);
            values["received"] = Received.ToString(CultureInfo.InvariantCulture);
            values["status"] = Status;
            values["time"] = Time.ToString(CultureInfo.InvariantCulture);
            if (withheld is not null)
                values["withheld"] = string.Join(' ', withheld);
            var columns = string.Join('|', values.Select(v => $"{v.Key}={v.Value}"));
            return $"{Tool}/{(makers ? "dev" : "main")}.{Event}|{columns}";
        }
    }
}
