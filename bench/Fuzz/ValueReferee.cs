// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Judges values by the table of types (spec/manifest.md, "Fields"), written as patterns. Thread-safe.
/// </summary>
sealed partial class ValueReferee(Corpus corpus)
{
    const string Numbers = @"[0-9]{1,9}(\.[0-9]{1,9}){0,3}";

    static readonly string[] Environments = ["agent", "ci", "container", "dev", "interactive"];

    readonly ConcurrentDictionary<string, Regex> _patterns = new(StringComparer.Ordinal);
    readonly string _systems =
        $@"{Numbers}|({string.Join('|', corpus.Distributions.Select(Regex.Escape))})(\.{Numbers})?|other";

    /// <summary>The value as its column holds it, sets joined by blanks; null: the type does not allow it.</summary>
    public string? Stored(Field field, JsonElement value)
    {
        switch (field.Type)
        {
            case FieldType.Boolean:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : null;
            case FieldType.Count when field.Buckets.Count > 0:
                return Number(value, n => field.Buckets.Any(bound => bound == n));
            case FieldType.Count or FieldType.Duration:
                return Number(value, n => n <= BigInteger.Pow(2, 53));
            case FieldType.ExitCode:
                return Number(value, n => n <= 255);
            case FieldType.Bytes:
                return Number(value, n => n == 0 || (n.IsPowerOfTwo && n <= BigInteger.Pow(2, 62)));
            case FieldType.EnumSet:
                return Set(value, [.. field.Values, "other"]);
            case FieldType.Environment:
                return Set(value, Environments);
            case FieldType.Stack:
                return Stack(value);
            case FieldType.Country:
                return null; // the collector's own
        }

        if (value.ValueKind != JsonValueKind.String)
            return null;
        var text = value.GetString()!;
        var right = field.Type switch
        {
            FieldType.Enum => text == "other" || field.Values.Contains(text, StringComparer.Ordinal),
            FieldType.UriScheme =>
                text is "custom_scheme" or "none" || field.Values.Contains(text, StringComparer.Ordinal),
            FieldType.Version =>
                IsVersion(text, field.Prerelease) && !(field.Source == FieldSource.Program && IsAddress(text)),
            FieldType.Os when field.Part == "version" => Matches(text, _systems),
            FieldType.Os => text is "windows" or "macos" or "linux" or "freebsd" or "other",
            FieldType.Arch => text is "x64" or "x86" or "arm64" or "arm" or "other",
            FieldType.Runtime when field.Part == "name" =>
                text is "dotnet" or "browser" or "node" or "python" or "other",
            FieldType.Runtime when field.Part == "id" =>
                Matches(text, "(win|osx|linux|linux-musl|linux-bionic|freebsd)-(x64|x86|arm64|arm)|other"),
            FieldType.Runtime => IsVersion(text, ["alpha", "beta", "preview", "rc"]),
            FieldType.Digest or FieldType.Machine or FieldType.Installation => Matches(text, "[0-9a-f]{64}"),
            FieldType.Session => IsUuid(text),
            FieldType.RandomId => IsUuid(text) || Matches(text, "[0-9]{1,19}"),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, null),
        };
        return right ? text : null;
    }

    static string? Number(JsonElement value, Func<BigInteger, bool> allows) =>
        value.ValueKind == JsonValueKind.Number && NumberPattern().IsMatch(value.GetRawText())
        && allows(BigInteger.Parse(value.GetRawText(), CultureInfo.InvariantCulture)) ? value.GetRawText() : null;

    static string? Set(JsonElement value, IReadOnlyList<string> of)
    {
        if (Strings(value) is not { } texts || !texts.All(t => of.Contains(t, StringComparer.Ordinal)))
            return null;
        var sorted = texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return sorted.SequenceEqual(texts, StringComparer.Ordinal) ? string.Join(' ', texts) : null;
    }

    static string? Stack(JsonElement value) =>
        Strings(value) is { Count: <= 20 } frames
            && frames.TrueForAll(f => f == "other" || (f.Length <= 256 && FramePattern().IsMatch(f)))
            ? string.Join(' ', frames)
            : null;

    static List<string>? Strings(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(e => e.GetString()!)]
            : null;

    bool IsVersion(string text, IReadOnlyList<string> labels) =>
        Matches(
            text,
            $@"{Numbers}{(labels.Count == 0 ? "" : $@"(-({string.Join('|', labels)})(\.[0-9]{{1,9}})?)?")}|other");

    static bool IsAddress(string text)
    {
        var numbers = text.Split('-')[0].Split('.');
        return numbers.Length == 4 && numbers.All(n => long.Parse(n, CultureInfo.InvariantCulture) <= 255)
            && long.Parse(numbers[3], CultureInfo.InvariantCulture) != 0;
    }

    bool IsUuid(string text) => Matches(text, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    bool Matches(string text, string pattern) => _patterns.GetOrAdd(
        pattern, static p =>
            new Regex($"^(?:{p})\\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(1))).IsMatch(text);

    [GeneratedRegex("^(0|[1-9][0-9]*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"^[^ /]+:[0-9]{1,9}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FramePattern();
}
