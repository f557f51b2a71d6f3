// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// One event as its parts: the members of a line in order, each with its JSON, so that a part can be changed while the
/// rest stays right. Not thread-safe.
/// </summary>
sealed class Line
{
    /// <summary>All members except the fields.</summary>
    public List<(string Name, string Json)> Envelope { get; } = [];

    public List<(string Name, string Json)> Fields { get; } = [];

    /// <summary>The text between tokens.</summary>
    public string Blank { get; set; } = "";

    /// <summary>A line that the manifest allows.</summary>
    public static Line Good(ToolManifest manifest, Corpus corpus, DateTimeOffset now, Random random)
    {
        var line = new Line();
        var e = manifest.Events[random.Next(manifest.Events.Count)];
        line.Envelope.Add(("tallymark", "1"));
        line.Envelope.Add(("tool", $"\"{manifest.Tool}\""));
        line.Envelope.Add(("manifest", manifest.Version.ToString(CultureInfo.InvariantCulture)));
        line.Envelope.Add(("agreed", $"\"{Values.Hex(random, 16)}\""));
        line.Envelope.Add(("event", $"\"{e.Name}\""));
        line.Envelope.Add(("time", $"\"{Time(manifest.Time, now.AddSeconds(-random.Next(5_000_000)), random)}\""));
        line.Envelope.Add(
            ("status", random.Next(3) switch { 0 => "\"failure\"", 1 => "\"unknown\"", _ => "\"success\"" }));
        var withheld = new List<string>();
        foreach (var field in manifest.FieldsOf(e))
        {
            var what = random.Next(12);
            if (what == 0)
                withheld.Add(field.Name);
            else if (what < 9 && field.Type != FieldType.Country)
                line.Fields.Add((field.Name, Values.Good(field, corpus, random)));
        }

        if (withheld.Count > 0)
            line.Envelope.Add(("withheld", $"[{string.Join(',', withheld.Select(name => $"\"{name}\""))}]"));
        return line;
    }

    /// <summary>A time, written in the precision.</summary>
    public static string Time(TimePrecision precision, DateTimeOffset time, Random random)
    {
        var utc = time.UtcDateTime;
        var fraction = precision == TimePrecision.Nanosecond && random.Next(4) > 0
            ? "." + random.Next(1_000_000_000).ToString("D9", CultureInfo.InvariantCulture)[..random.Next(1, 10)]
            : "";
        utc = precision switch
        {
            TimePrecision.Hour => utc.Date.AddHours(utc.Hour),
            TimePrecision.Day => utc.Date,
            _ => utc,
        };
        return utc.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + "Z";
    }

    public override string ToString()
    {
        var b = Blank;
        var members = Envelope.Select(m => Member(m, b))
            .Append($"\"fields\"{b}:{b}{{{b}{string.Join($"{b},{b}", Fields.Select(f => Member(f, b)))}{b}}}");
        return $"{{{b}{string.Join($"{b},{b}", members)}{b}}}";
    }

    static string Member((string Name, string Json) member, string blank) =>
        $"\"{member.Name}\"{blank}:{blank}{member.Json}";
}
