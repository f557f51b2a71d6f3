// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Manifests.Reading;

/// <summary>
/// Reads a field's example and checks it against the type: an example that could not be sent would mislead the readers
/// of the dictionary.
/// </summary>
static class ExampleReader
{
    static readonly string[] Environments = ["agent", "ci", "container", "dev", "interactive"];
    static readonly string[] Families = ["windows", "macos", "linux", "freebsd", "other"];
    static readonly string[] Architectures = ["x64", "x86", "arm64", "arm", "other"];

    /// <summary>
    /// The example as text; the items of a set joined with <c>, </c>, and <c>none</c> for the empty set.
    /// </summary>
    public static string Read(DiagnosticBag diagnostics, Section section, Field field)
    {
        var type = FieldTypeRules.Of(field.Type);
        if (!type.HasManyValues)
        {
            if (section.Scalar("example") is not { } scalar)
                return "";
            Check(diagnostics, field, scalar);
            return scalar.Text;
        }

        if (section.Value("example") is ScalarNode { Text.Length: > 0 } single)
        {
            diagnostics.Add(DiagnosticKind.BadExample, single,
                $"The example of a field of type `{type.Name}` must be a list. Write `[{single.Shown}]`.");
            return single.Text;
        }

        var items = section.Texts("example");
        foreach (var item in items)
            Check(diagnostics, field, item);
        return items.Count == 0 ? "none" : string.Join(", ", items.Select(i => i.Text));
    }

    static void Check(DiagnosticBag diagnostics, Field field, ScalarNode example)
    {
        // Missing values have already been reported.
        if (FieldTypeRules.Of(field.Type).HasValueList && field.Values.Count == 0)
            return;
        if (Expected(field, example.Text) is { } expected)
        {
            diagnostics.Add(DiagnosticKind.BadExample, example,
                $"A field of type `{FieldTypes.NameOf(field.Type)}` can't have the value `{example.Shown}`. "
                + $"Write {expected}");
        }
    }

    /// <summary>
    /// Null if the text can be a value of the field, or one item of it; else a phrase for a valid value.
    /// </summary>
    static string? Expected(Field field, string text) => field.Type switch
    {
        FieldType.Boolean => OneOf(text, "true", "false"),
        FieldType.Enum or FieldType.EnumSet => text == "other" ? null : Listed(field, text),
        FieldType.Count => Number(text, 1L << 53) ?? Bound(field, text),
        FieldType.Bytes => Grammar.IsPowerOfTwo(text) ? null : "0 or a power of two, such as `1024`.",
        FieldType.Duration => Number(text, 1L << 53),
        FieldType.ExitCode => Number(text, 255),
        FieldType.Version =>
            IsVersion(field, text) ? null
            : "a version such as `1.4.2`; list labels such as the `rc` of `-rc.1` under `prerelease`.",
        FieldType.Os when field.Part == "family" => OneOf(text, Families),
        FieldType.Os => IsDotted(text) ? null : "a version such as `10.0.26100` or `debian.12`.",
        FieldType.Arch => OneOf(text, Architectures),
        FieldType.Runtime =>
            IsDotted(text) ? null : "a value such as `dotnet`, `10.0.12` or `linux-x64`, depending on `part`.",
        FieldType.UriScheme => text is "custom_scheme" or "none" ? null : Listed(field, text),
        FieldType.Digest or FieldType.Machine or FieldType.Installation =>
            Grammar.IsHex(text, 64) ? null : "64 hexadecimal digits in lower case.",
        FieldType.Session => Grammar.IsUuid(text) ? null : "a UUID such as `45e27512-43e8-4c7e-87ac-a6ac25d75a0d`.",
        FieldType.RandomId =>
            IsRandomId(text) ? null : "a UUID in lower case, or 1 to 19 digits.",
        FieldType.Country =>
            IsCountry(text) ? null : "two upper-case letters such as `UG`, or `?` and a continent such as `?AF`.",
        FieldType.Environment => OneOf(text, Environments),
        FieldType.Stack => IsFrame(text) ? null : "frames such as `Program.Main:12`.",
        _ => null,
    };

    static string? OneOf(string text, params string[] values) =>
        Array.IndexOf(values, text) >= 0
            ? null : $"{Prose.JoinCode(values, "or")}.{SpellingHint.Suggest(text, values)}";

    static string? Listed(Field field, string text)
    {
        // Binary search: a list may have thousands of values, and they are sorted.
        int from = 0, to = field.Values.Count - 1;
        while (from <= to)
        {
            var middle = (from + to) / 2;
            var order = string.CompareOrdinal(field.Values[middle], text);
            if (order == 0)
                return null;
            if (order < 0)
                from = middle + 1;
            else
                to = middle - 1;
        }

        return $"one of its values.{SpellingHint.Suggest(text, field.Values)}";
    }

    static string? Number(string text, long max) =>
        Grammar.TryParseNumber(text, out var number) && number <= max ? null
        : max == 255 ? "a whole number from 0 to 255."
        : "a whole number from 0 up.";

    static string? Bound(Field field, string count) =>
        field.Buckets.Count == 0 || field.Buckets.Any(b => b.ToString(CultureInfo.InvariantCulture) == count)
            ? null : "the lower bound of a bucket.";

    static bool IsRandomId(string text) => Grammar.IsUuid(text) || (text.Length <= 19 && Grammar.IsAllDigits(text));

    static bool IsVersion(Field field, string text)
    {
        if (text == "other")
            return true;
        var dash = text.IndexOf('-');
        var numbers = (dash < 0 ? text : text.Substring(0, dash)).Split('.');
        if (numbers.Length > 4 || numbers.Any(n => n.Length is 0 or > 9 || !n.All(Grammar.IsDigit)))
            return false;
        if (dash < 0)
            return true;
        var label = text.Substring(dash + 1).Split('.');
        return field.Prerelease.Contains(label[0], StringComparer.Ordinal)
            && (label.Length == 1
                || (label.Length == 2 && label[1].Length is > 0 and <= 9 && label[1].All(Grammar.IsDigit)));
    }

    static bool IsDotted(string text) =>
        text.Length <= Grammar.MaxValueLength && Grammar.HasOnly(text, ".-") && text == text.ToLowerInvariant()
            && text.Split('.').All(p => p.Length > 0);

    static bool IsCountry(string text)
    {
        var code = text.StartsWith("?", StringComparison.Ordinal) ? text.Substring(1) : text;
        return code.Length == 2 && code.All(c => c is >= 'A' and <= 'Z');
    }

    static bool IsFrame(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && text.IndexOf('.') is > 0 and var dot && dot < colon && text.IndexOfAny([' ', '/', '\\']) < 0
            && text.Length <= 500 && Grammar.TryParseNumber(text.Substring(colon + 1), out _);
    }
}
