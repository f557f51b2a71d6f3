// SPDX-License-Identifier: MIT
// Whatever a text says, reading it never throws and says where it is wrong.

using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Manifests.Tests;

public sealed class AnyTextTests
{
    static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(
        int.Parse(Environment.GetEnvironmentVariable("TALLYMARK_TEST_RUNS") ?? "1500", CultureInfo.InvariantCulture));

    static readonly string[] Bases =
    [
        Repository.Read("samples", "kmpkg", "telemetry.yaml"),
        Repository.Read("spec", "vectors", "manifest", "valid-all-types.yaml"),
        Repository.Read("spec", "vectors", "manifest", "valid-plain.yaml"),
        Repository.Read("spec", "vectors", "manifest", "valid-smallest.yaml"),
    ];

    // What has a meaning in YAML, in a manifest, or in nobody's mind.
    static readonly string[] Pieces =
    [
        "[", "]", "{", "}", "*a", "&a ", "!t ", "!", "|", ">", "|2-", "'", "\"", "- ", "-", "? ", ": ", ":", "\t", "\0",
        "\u0007", "#", " #", "%", "@", "`", "---\n", "...\n", "<<: *a", "\n", "\r", "\r\n", "\u0085", "\u2028", "\ud800",
        "\udc00", "\ufeff", "\u202e", "\U0001f600", "é", " ", "    ", "on", "~", "null", "0", "-1",
        "99999999999999999999", "1.10", "true", "false", "other", "type: ", "values: []", "fields:", "events:",
        "list: x", "\\", "\"\\x",
    ];

    static readonly Gen<string> Noise = Gen.OneOf(
        Gen.Elements(Pieces),
        Gen.Choose(0, 0xffff).Select(c => ((char)c).ToString()),
        Gen.Choose(1, 127).Select(c => ((char)c).ToString()));

    static readonly Gen<Func<string, string>> Mutation =
        from kind in Gen.Choose(0, 7)
        from at in Gen.Choose(0, 1_000_000)
        from other in Gen.Choose(0, 1_000_000)
        from noise in Noise
        select (Func<string, string>)(text => Mutate(text, kind, at, other, noise));

    [Fact]
    public void Random_text() =>
        Prop.ForAll(Arb.From(Gen.ListOf(Noise).Select(parts => string.Concat(parts))), Holds).Check(Runs);

    [Fact]
    public void A_manifest_with_random_changes()
    {
        var texts =
            from text in Gen.Elements(Bases)
            from count in Gen.Choose(1, 5)
            from mutations in Gen.ListOf(Mutation, count)
            select mutations.Aggregate(text, (t, mutate) => mutate(t));
        Prop.ForAll(Arb.From(texts), Holds).Check(Runs);
    }

    static bool Holds(string text)
    {
        var result = ManifestReader.Read(text);
        var errors = result.Diagnostics.Count(d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(result.Manifest is null, errors > 0);

        var lines = text.TrimStart('\ufeff').Replace("\r\n", "\n", StringComparison.Ordinal)
            .Split('\n', '\r', '\u0085', '\u2028', '\u2029');
        foreach (var finding in result.Diagnostics)
        {
            Assert.InRange(finding.Line, 1, lines.Length);
            Assert.InRange(finding.Column, 1, lines[finding.Line - 1].Length + 1);
            Assert.DoesNotContain(finding.Message, char.IsControl);
        }

        var places = result.Diagnostics.Select(d => (d.Line, d.Column)).ToArray();
        Assert.Equal(places.Order(), places);
        if (result.Manifest is { } manifest)
            CanBeWritten(manifest);
        return true;
    }

    /// <summary>Whatever was accepted can be shown: no text in it breaks a notice, a scope or a dictionary.</summary>
    static void CanBeWritten(ToolManifest manifest)
    {
        Assert.DoesNotContain(Notice.TextOf(manifest), c => char.IsControl(c) && c != '\n');
        foreach (var line in Scope.TextOf(manifest).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Contains(line.Split(' ')[0], ScopeWords);
        Assert.NotEmpty(DataDictionary.Markdown(manifest));
        using var json = JsonDocument.Parse(DataDictionary.Json(manifest));
        Assert.Equal(manifest.Recipient, json.RootElement.GetProperty("recipient").GetString());
    }

    static readonly HashSet<string> ScopeWords = new(["tallymark-scope", "tool", "recipient", "endpoint", "retention",
        "time", "event", "field"], StringComparer.Ordinal);

    static string Mutate(string text, int kind, int at, int other, string noise)
    {
        if (kind >= 4)
        {
            var place = at % (text.Length + 1);
            return kind switch
            {
                4 => text.Insert(place, noise),
                5 => text.Remove(place, Math.Min(other % 4, text.Length - place)),
                6 => text[..place] + noise + text[Math.Min(place + 1, text.Length)..],
                _ => at % 10 == 0 ? text[..place] : text.Insert(place, noise),
            };
        }

        var lines = text.Split('\n').ToList();
        var line = at % lines.Count;
        var second = other % lines.Count;
        if (kind == 0)
            lines.RemoveAt(line);
        else if (kind == 1)
            lines.Insert(second, lines[line]);
        else if (kind == 2)
            lines[line] = other % 2 == 0 ? "  " + lines[line] : lines[line].TrimStart();
        else if (lines[line].IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
            lines[line] = lines[line][..(colon + 2)] + noise;
        return string.Join('\n', lines);
    }
}
