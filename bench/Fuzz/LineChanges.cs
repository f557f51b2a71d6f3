// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Changes lines with knowledge of their parts. Stateless; the changes follow from the random numbers alone.
/// </summary>
sealed class LineChanges(Corpus corpus, DateTimeOffset now)
{
    static readonly string[] Blanks = [" ", "  ", "\t", "\r", "\v", "\u00a0"];
    static readonly string[] Numbers =
        ["0", "-1", "2", "3", "1.0", "1e0", "01", "2147483648", "99999999999999999999", "\"1\"", "null", "true", "[1]"];
    static readonly string[] Texts =
        ["", "a", "Plain", "every ", "../x", "probe", "kmpkg", "0123456789abcdeF", "0123456789abcde", "successful",
        "\\u0061"];

    public void Change(Line line, ToolManifest manifest, Random random)
    {
        switch (random.Next(16))
        {
            case 0:
            case 1: // another value
                Replace(line.Fields, random, _ => Values.Any(random));
                break;
            case 2: // the value of another field
                var other = AnyField(random);
                Replace(line.Fields, random, _ => Values.Good(other, corpus, random));
                break;
            case 3: // a field that may not be here, or is here twice
                var more = random.Next(3) == 0
                    ? corpus.Lines[random.Next(corpus.Lines.Count)].Length.ToString(CultureInfo.InvariantCulture)
                    : AnyField(random).Name;
                Insert(line.Fields, random,
                    (more, random.Next(2) == 0 ? Values.Any(random) : Values.Good(AnyField(random), corpus, random)));
                break;
            case 4: // the country, which only the collector sets
                Insert(line.Fields, random, ("country", "\"UG\""));
                break;
            case 5: // another order, which is allowed
                var mixed = line.Fields.OrderBy(_ => random.Next()).ToList();
                line.Fields.Clear();
                line.Fields.AddRange(mixed);
                break;
            case 6: // blanks, of which some are allowed
                line.Blank = Blanks[random.Next(random.Next(3) == 0 ? Blanks.Length : 2)];
                break;
            case 7: // members in another order, twice, missing
                Shuffle(line.Envelope, random);
                break;
            case 8:
            case 9:
                ChangeTime(line, manifest, random);
                break;
            case 10:
                ReplaceNamed(line, random.Next(2) == 0
                    ? "manifest" : "tallymark", Numbers[random.Next(Numbers.Length)]);
                break;
            case 11:
                ReplaceNamed(line, Pick(random, "tool", "event", "status", "agreed"),
                    $"\"{Texts[random.Next(Texts.Length)]}\"");
                break;
            case 12: // a member of another kind
                Replace(line.Envelope, random, _ => Values.Any(random));
                break;
            case 13:
                ChangeWithheld(line, manifest, random);
                break;
            case 14: // long
                Insert(line.Fields, random,
                    (Pick(random, "stack", "options", "x"),
                        $"[{string.Join(',', Enumerable.Repeat("\"other\"", random.Next(3_000)))}]"));
                break;
            default: // deep
                var depth = random.Next(1, 200);
                Insert(line.Fields, random, ("deep", new string('[', depth) + new string(']', depth)));
                break;
        }
    }

    // Never within an hour of a bound: a real collector's clock advances between making a request and judging it.
    void ChangeTime(Line line, ToolManifest manifest, Random random)
    {
        var time = random.Next(9) switch
        {
            0 => Line.Time(manifest.Time, now.AddDays(2).AddHours(-2 - random.Next(1_000)), random),
            1 => Line.Time(manifest.Time, now.AddDays(2).AddHours(2 + random.Next(100_000)), random),
            2 => Line.Time(manifest.Time, now.AddDays(-60).AddHours(2 + random.Next(1_000)), random),
            3 => Line.Time(manifest.Time, now.AddDays(-60).AddHours(-2 - random.Next(400_000)), random),
            4 => Pick(random, "", "Z", "2026-02-30T00:00:00Z", "1969-12-31T23:59:59Z", "0000-00-00T00:00:00Z",
                "9999-12-31T23:59:59Z", "2026-11-20 10:51:21Z", "2026-11-20T10:51:21z"),
            5 => Line.Time(TimePrecision.Nanosecond, now.AddDays(-1), random),
            6 => Line.Time(TimePrecision.Day, now.AddDays(-1), random),
            7 => Line.Time(TimePrecision.Second, now.AddDays(-1), random)
                .Replace("Z", Pick(random, ".Z", ".0000000000Z", "+00:00", "", "ZZ"), StringComparison.Ordinal),
            _ => Line.Time(TimePrecision.Second, now.AddDays(-1), random)
                .Replace(":", Pick(random, ":6", ":", "-", ":0"), StringComparison.Ordinal),
        };
        ReplaceNamed(line, "time", $"\"{time}\"");
    }

    void ChangeWithheld(Line line, ToolManifest manifest, Random random)
    {
        line.Envelope.RemoveAll(m => m.Name == "withheld");
        var fields = manifest.FieldsOf(manifest.Events[random.Next(manifest.Events.Count)]);
        string Name() => $"\"{fields[random.Next(fields.Count)].Name}\"";
        var json = random.Next(8) switch
        {
            0 => "[]",
            1 => "{}",
            2 => "\"country\"",
            3 => "[\"country\",\"country\"]",
            4 => $"[{Name()},1]",
            5 => $"[{Name()},\"{Pick(random, "nothing", "time", "withheld", "")}\"]",
            6 => $"[{Name()},{Name()}]",
            _ => $"[{Name()}]",
        };
        line.Envelope.Add(("withheld", json));
    }

    static void Shuffle(List<(string Name, string Json)> members, Random random)
    {
        if (members.Count == 0)
            return;
        var at = random.Next(members.Count);
        var member = members[at];
        switch (random.Next(4))
        {
            case 0:
                members.RemoveAt(at);
                break;
            case 1:
                members.Insert(random.Next(members.Count + 1), member);
                break;
            case 2:
                members.RemoveAt(at);
                members.Insert(random.Next(members.Count + 1), member);
                break;
            default:
                members.Insert(at, (Pick(random, "x", "fields", "withheld", "batch", ""), Values.Any(random)));
                break;
        }
    }

    Field AnyField(Random random)
    {
        var manifest = corpus.Manifests[random.Next(corpus.Manifests.Count)];
        var fields = manifest.FieldsOf(manifest.Events[random.Next(manifest.Events.Count)]);
        return fields[random.Next(fields.Count)];
    }

    static void Replace(List<(string Name, string Json)> members, Random random, Func<string, string> with)
    {
        if (members.Count == 0)
            return;
        var at = random.Next(members.Count);
        members[at] = (members[at].Name, with(members[at].Json));
    }

    static void ReplaceNamed(Line line, string name, string json)
    {
        var at = line.Envelope.FindIndex(m => m.Name == name);
        if (at >= 0)
            line.Envelope[at] = (name, json);
    }

    static void Insert(List<(string Name, string Json)> members, Random random, (string Name, string Json) member) =>
        members.Insert(random.Next(members.Count + 1), member);

    static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
}
