// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Makes request number N of a seed: always the same one, so that two numbers identify a failure. Immutable.
/// Thread-safe.
/// </summary>
sealed class RequestMaker(Corpus corpus, int seed, DateTimeOffset now)
{
    const int RareOneIn = 1_000;

    static readonly string?[] OtherTypes =
        ["text/plain", "application/json", null, "application/x-ndjson; charset=utf-8", "APPLICATION/X-NDJSON", "*/*",
        "x-ndjson"];
    static readonly string[] OtherEncodings = ["br", "deflate", "GZIP", "gzip, gzip", "identity", "gzip;q=1"];
    static readonly string[] OtherMethods = ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "post", "BREW"];

    readonly LineChanges _changes = new(corpus, now);

    public FuzzRequest Make(long number)
    {
        var random = new Random(HashOf(number));

        // A repeat: the same bytes under another number.
        if (number > 0 && random.Next(25) == 0)
            return Make(Math.Max(0, number - 1 - random.Next(200))) with { Number = number };
        var (body, encoding) = Body(random);
        var request = new FuzzRequest
        {
            Number = number,
            Body = body,
            Encoding = encoding,
            Chunks = random.Next(8) == 0 ? random.Next(1, 6) : 0,
            Client = random.Next(3) == 0 ? Corpus.Clients[random.Next(Corpus.Clients.Count)].Address : null,
        };
        return random.Next(60) switch
        {
            0 => request with { ContentType = OtherTypes[random.Next(OtherTypes.Length)] },
            1 => request with { Encoding = OtherEncodings[random.Next(OtherEncodings.Length)] },
            2 => request with { Method = OtherMethods[random.Next(OtherMethods.Length)] },
            3 => request with { WildHead = Wild(request.Head(), random) },
            _ => request,
        };
    }

    int HashOf(long number)
    {
        // SplitMix64: adjacent numbers get unrelated seeds.
        var z = ((ulong)(uint)seed << 40) + (ulong)(number + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }

    (byte[] Body, string? Encoding) Body(Random random)
    {
        var lines = Lines(random);
        if (random.Next(RareOneIn) == 0)
            lines = [.. Enumerable.Range(0, random.Next(480, 520)).Select(i => lines[i % lines.Count])];
        else if (random.Next(RareOneIn) == 0) // near the limits of bytes
            lines = [.. lines, .. Enumerable.Range(0, random.Next(20, 70)).Select(_ => new string('x', 16_384))];
        var body = Encoding.Latin1.GetBytes(Join(lines, random));
        if (random.Next(4) == 0)
        {
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                body = ByteChanges.Change(body, random);
        }

        if (random.Next(3) == 0)
            return (body, null);
        if (random.Next(RareOneIn) == 0)
            return (Packing.Bomb(random), "gzip");
        if (random.Next(100) == 0)
            return (body, "gzip"); // declared as gzip, but it is not
        var packed = Packing.Pack(body, random);
        return (random.Next(12) == 0 ? Packing.Break(packed, body, random) : packed, "gzip");
    }

    List<string> Lines(Random random)
    {
        var manifest = corpus.Manifests[random.Next(corpus.Manifests.Count)];
        var lines = new List<string>();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var from = random.Next(20) == 0 ? corpus.Manifests[random.Next(corpus.Manifests.Count)] : manifest;
            lines.Add(LineOf(from, random));
        }

        return [Head(lines.Count, manifest.Tool, random), .. lines];
    }

    string LineOf(ToolManifest manifest, Random random)
    {
        if (random.Next(15) == 0)
            return corpus.Lines[random.Next(corpus.Lines.Count)];
        var line = Line.Good(manifest, corpus, now, random);
        if (random.Next(3) == 0)
        {
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                _changes.Change(line, manifest, random);
        }

        return line.ToString();
    }

    static string Head(int events, string tool, Random random)
    {
        var id = Values.Uuid(random);
        if (random.Next(40) > 0)
            return $$"""{"tallymark":1,"batch":"{{id}}","tool":"{{tool}}","events":{{events}}}""";
        var (format, batch, name, count, more) =
            ("1", id.ToString(), tool, events.ToString(CultureInfo.InvariantCulture), "");
        switch (random.Next(9))
        {
            case 0: format = Pick(random, "2", "1.0", "\"1\"", "01", "null"); break;
            case 1: batch = batch.ToUpperInvariant(); break;
            case 2:
                batch = Pick(random, "", "none", "{" + batch + "}", batch[..^1],
                    batch.Replace("-", "", StringComparison.Ordinal)); break;
            case 3: name = Pick(random, "../x", "unknown", "", "Probe", "probe/../probe", "probe "); break;
            case 4:
                count = Pick(random, "0", "-1", "1.0", "1e0", "501", "2147483648", "\"1\"", $"{events + 1}",
                    $"{events - 1}"); break;
            case 5: more = Pick(random, ",\"more\":1", ",\"events\":1", ",", " ", "\\", "\u00e9"); break;
            case 6: return $$"""{"tallymark":1,"tool":"{{tool}}","batch":"{{id}}","events":{{events}}}""";
            case 7:
                return $$""" { "tallymark" : 1 , "batch" : "{{id}}" , "tool" : "{{tool}}" , "events" : {{events}} } """;
            default: return Pick(random, "", "{}", "[]", "no json", "null", "{\"tallymark\":1}");
        }

        return $$"""{"tallymark":{{format}},"batch":"{{batch}}","tool":"{{name}}","events":{{count}}{{more}}}""";
    }

    static string Join(List<string> lines, Random random) => random.Next(80) switch
    {
        0 => string.Join('\n', lines), // the last one torn
        1 => string.Join("\r\n", lines) + "\r\n",
        2 => string.Join("\n\n", lines) + "\n",
        3 => "\ufeff" + string.Join('\n', lines) + "\n",
        4 => lines[0], // only a head
        _ => string.Join('\n', lines) + "\n",
    };

    static byte[] Wild(byte[] head, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
            head = ByteChanges.Change(head, random);
        return head;
    }

    static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
}
