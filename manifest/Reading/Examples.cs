// SPDX-License-Identifier: MIT
// Holds a field's example against its type: an example that could not be sent would mislead those who read the
// dictionary.

using System.Globalization;

namespace Tallymark.Manifests.Reading;

static class Examples
{
    static readonly string[] Environments = ["agent", "ci", "container", "dev", "interactive"];
    static readonly string[] Families = ["windows", "macos", "linux", "freebsd", "other"];
    static readonly string[] Architectures = ["x64", "x86", "arm64", "arm", "other"];

    /// <summary>
    /// The example as text; the items of a set joined with <c>, </c>, and <c>none</c> for the empty set.
    /// </summary>
    public static string Read(Findings findings, Section section, Field field)
    {
        var type = TypeRule.Of(field.Type);
        if (!type.IsMany)
        {
            if (section.Scalar("example") is not { } scalar)
                return "";
            Check(findings, field, scalar);
            return scalar.Text;
        }

        if (section.Value("example") is ScalarNode { Text.Length: > 0 } single)
        {
            findings.Add(Rule.BadExample, single,
                $"The example of a field of type `{type.Name}` is a list. Write `[{single.Shown}]`.");
            return single.Text;
        }

        var items = section.Texts("example");
        foreach (var item in items)
            Check(findings, field, item);
        return items.Count == 0 ? "none" : string.Join(", ", items.Select(i => i.Text));
    }

    static void Check(Findings findings, Field field, ScalarNode example)
    {
        // Without values there is already a finding about them.
        if (TypeRule.Of(field.Type).HasValues && field.Values.Count == 0)
            return;
        if (Expected(field, example.Text) is { } expected)
        {
            findings.Add(Rule.BadExample, example,
                $"`{example.Shown}` is not what the type `{FieldTypes.NameOf(field.Type)}` can carry. "
                + $"Write {expected}");
        }
    }

    /// <summary>Null if the text can be a value of the field, or one item of it; else what could be.</summary>
    static string? Expected(Field field, string text) => field.Type switch
    {
        FieldType.Boolean => OneOf(text, "true", "false"),
        FieldType.Enum or FieldType.EnumSet => text == "other" ? null : Listed(field, text),
        FieldType.Count => Number(text, 1L << 53) ?? Bound(field, text),
        FieldType.Bytes => Words.IsPower(text) ? null : "0 or a power of two, such as `1024`.",
        FieldType.Duration => Number(text, 1L << 53),
        FieldType.ExitCode => Number(text, 255),
        FieldType.Version =>
            IsVersion(field, text) ? null
            : "a version such as `1.4.2`; a label such as `-rc.1` has to stand in `prerelease`.",
        FieldType.Os when field.Part == "family" => OneOf(text, Families),
        FieldType.Os => IsDotted(text) ? null : "a version such as `10.0.26100` or `debian.12`.",
        FieldType.Arch => OneOf(text, Architectures),
        FieldType.Runtime =>
            IsDotted(text) ? null : "something like `dotnet`, `10.0.12` or `linux-x64`, whichever `part` it is.",
        FieldType.UriScheme => text is "custom_scheme" or "none" ? null : Listed(field, text),
        FieldType.Digest or FieldType.Machine or FieldType.Installation =>
            Words.IsHex(text, 64) ? null : "64 hexadecimal digits, small letters.",
        FieldType.Session => Words.IsUuid(text) ? null : "a UUID such as `45e27512-43e8-4c7e-87ac-a6ac25d75a0d`.",
        FieldType.RandomId =>
            IsRandomId(text) ? null : "a UUID in small letters, or 1 to 19 digits.",
        FieldType.Country =>
            IsCountry(text) ? null : "two capitals such as `UG`, or `?` and a continent such as `?AF`.",
        FieldType.Environment => OneOf(text, Environments),
        FieldType.Stack => IsFrame(text) ? null : "frames such as `Program.Main:12`.",
        _ => null,
    };

    static string? OneOf(string text, params string[] values) =>
        Array.IndexOf(values, text) >= 0 ? null : $"{Section.List(values, "or")}.{Spelling.Suggest(text, values)}";

    static string? Listed(Field field, string text)
    {
        // A list may have thousands of values; they are sorted.
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

        return $"one of its values.{Spelling.Suggest(text, field.Values)}";
    }

    static string? Number(string text, long most) =>
        Words.TryNumber(text, out var number) && number <= most ? null
        : most == 255 ? "a whole number from 0 to 255."
        : "a whole number from 0 up.";

    static string? Bound(Field field, string count) =>
        field.Buckets.Count == 0 || field.Buckets.Any(b => b.ToString(CultureInfo.InvariantCulture) == count)
            ? null : "the lower bound of a bucket.";

    static bool IsRandomId(string text) => Words.IsUuid(text) || (text.Length <= 19 && Words.IsAllDigits(text));

    static bool IsVersion(Field field, string text)
    {
        if (text == "other")
            return true;
        var dash = text.IndexOf('-');
        var numbers = (dash < 0 ? text : text.Substring(0, dash)).Split('.');
        if (numbers.Length > 4 || numbers.Any(n => n.Length is 0 or > 9 || !n.All(Words.IsDigit)))
            return false;
        if (dash < 0)
            return true;
        var label = text.Substring(dash + 1).Split('.');
        return field.Prerelease.Contains(label[0], StringComparer.Ordinal)
            && (label.Length == 1
                || (label.Length == 2 && label[1].Length is > 0 and <= 9 && label[1].All(Words.IsDigit)));
    }

    static bool IsDotted(string text) =>
        text.Length <= Words.MaxValue && Words.IsAll(text, ".-") && text == text.ToLowerInvariant()
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
            && text.Length <= 500 && Words.TryNumber(text.Substring(colon + 1), out _);
    }
}
