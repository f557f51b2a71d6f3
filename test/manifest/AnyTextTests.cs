// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Manifests.Tests;

/// <summary>Reading never throws, and every diagnostic has a position inside the text, for any text.</summary>
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

    // Texts with a meaning in YAML or in a manifest, and texts without any.
    static readonly string[] Pieces =
    [
        "[", "]", "{", "}", "*a", "&a ", "!t ", "!", "|", ">", "|2-", "'", "\"", "- ", "-", "? ", ": ", ":", "\t", "\0",
        "\u0007", "#", " #", "%", "@", "`", "---\n", "...\n", "<<: *a", "\n", "\r", "\r\n", "\u0085", "\u2028",
        "\ud800", "\udc00", "\ufeff", "\u202e", "\U0001f600", "é", " ", "    ", "on", "~", "null", "0", "-1",
        "99999999999999999999", "1.10", "true", "false", "other", "type: ", "values: []", "fields:", "events:",
        "list: x", "\\", "\"\\x",
    ];

    static readonly Gen<string> Noise = Gen.OneOf(
        Gen.Elements(Pieces),
        Gen.Choose(0, 0xffff).Select(c => ((char)c).ToString()),
        Gen.Choose(1, 127).Select(c => ((char)c).ToString()));

    static readonly Gen<Func<string, string>> Changes =
        from kind in Gen.Choose(0, 7)
        from at in Gen.Choose(0, 1_000_000)
        from other in Gen.Choose(0, 1_000_000)
        from noise in Noise
        select (Func<string, string>)(text => Change(text, kind, at, other, noise));

    [Fact]
    public void Random_text_is_read_without_an_exception() =>
        Prop.ForAll(Arb.From(Gen.ListOf(Noise).Select(parts => string.Concat(parts))), Holds).Check(Runs);

    [Fact]
    public void A_manifest_with_random_changes_is_read_without_an_exception()
    {
        var texts =
            from text in Gen.Elements(Bases)
            from count in Gen.Choose(1, 5)
            from changes in Gen.ListOf(Changes, count)
            select changes.Aggregate(text, (t, change) => change(t));
        Prop.ForAll(Arb.From(texts), Holds).Check(Runs);
    }

    static bool Holds(string text)
    {
        var result = ManifestReader.Read(text);
        var errors = result.Diagnostics.Count(d => d.Severity == ManifestSeverity.Error);
        Assert.Equal(result.Manifest is null, errors > 0);

        var lines = text.TrimStart('\ufeff').Replace("\r\n", "\n", StringComparison.Ordinal)
            .Split('\n', '\r', '\u0085', '\u2028', '\u2029');
        foreach (var diagnostic in result.Diagnostics)
        {
            Assert.InRange(diagnostic.Line, 1, lines.Length);
            Assert.InRange(diagnostic.Column, 1, lines[diagnostic.Line - 1].Length + 1);
            Assert.DoesNotContain(diagnostic.Message, char.IsControl);
        }

        var positions = result.Diagnostics.Select(d => (d.Line, d.Column)).ToArray();
        Assert.Equal(positions.Order(), positions);
        if (result.Manifest is { } manifest)
            CanBeWritten(manifest);
        return true;
    }

    /// <summary>
    /// An accepted manifest can be written: none of its texts breaks a notice, a scope or a dictionary.
    /// </summary>
    static void CanBeWritten(ToolManifest manifest)
    {
        Assert.DoesNotContain(NoticeText.Of(manifest), c => char.IsControl(c) && c != '\n');
        foreach (var line in Scope.TextOf(manifest).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Contains(line.Split(' ')[0], ScopeWords);
        Assert.NotEmpty(DataDictionary.Markdown(manifest));
        using var json = JsonDocument.Parse(DataDictionary.Json(manifest));
        Assert.Equal(manifest.Recipient, json.RootElement.GetProperty("recipient").GetString());
    }

    static readonly HashSet<string> ScopeWords = new(["tallymark-scope", "tool", "recipient", "endpoint", "retention",
        "minimum", "max-per-day", "time", "rotate", "event", "field"], StringComparer.Ordinal);

    static string Change(string text, int kind, int at, int other, string noise)
    {
        if (kind >= 4)
        {
            var index = at % (text.Length + 1);
            return kind switch
            {
                4 => text.Insert(index, noise),
                5 => text.Remove(index, Math.Min(other % 4, text.Length - index)),
                6 => text[..index] + noise + text[Math.Min(index + 1, text.Length)..],
                _ => at % 10 == 0 ? text[..index] : text.Insert(index, noise),
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
