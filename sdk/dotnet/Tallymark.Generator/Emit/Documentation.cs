// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Generator.Emit;

/// <summary>Writes the XML documentation of the generated members from the texts of the manifest.</summary>
static class Documentation
{
    // A tooltip with more values is too long to read.
    const int MaxShownValues = 20;

    /// <summary>A text of the manifest, escaped for documentation: one line, without markup.</summary>
    public static string XmlText(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' => " ",
                _ => c.ToString(),
            });
        }

        return escaped.ToString().Trim();
    }

    /// <summary>A text of the manifest as code.</summary>
    public static string Code(string text) => $"<c>{XmlText(text)}</c>";

    /// <summary>The documentation of a field's member.</summary>
    public static void Field(CodeWriter code, FieldModel field)
    {
        code.Summary(XmlText(field.Why));
        code.Line("/// <remarks>");
        foreach (var line in Remarks(field))
            code.Line("/// " + line);
        code.Line("/// </remarks>");
    }

    static IEnumerable<string> Remarks(FieldModel field)
    {
        yield return $"Field {Code(field.Name)}, {Code(FieldTypes.NameOf(field.Type))}: {Meaning(field)}.";
        if (field.Values.Count > 0)
            yield return Allowed(field);
        if (field.Buckets.Count > 0)
            yield return $"Lower bounds of the buckets: {string.Join(", ", field.Buckets)}.";
        var until = field.Until is null ? "" : $" Collected until {XmlText(field.Until)}.";
        yield return $"Example: {Code(field.Example)}. {Published(field)}{until} Null clears it.";
    }

    /// <summary>One line for a field that the SDK or the collector sets.</summary>
    public static string Automatic(FieldModel field) =>
        $"{Code(field.Name)} ({Code(FieldTypes.NameOf(field.Type))}): {XmlText(field.Why)} {Published(field)}";

    static string Published(FieldModel field) => field.Published ? "Published." : "Not published.";

    static string Allowed(FieldModel field)
    {
        var shown = string.Join(", ", field.Values.Take(MaxShownValues).Select(Code));
        var rest = field.Values.Count > MaxShownValues ? $" and {field.Values.Count - MaxShownValues} more" : "";
        var list = field.ListName is null ? "" : $" (list {Code(field.ListName)})";
        return $"Allowed{list}: {shown}{rest}.";
    }

    static string Meaning(FieldModel field) => field.Type switch
    {
        FieldType.Boolean => "true or false",
        FieldType.Enum => "one of the values below; any other is recorded as <c>other</c>",
        FieldType.EnumSet =>
            "a set of the values below, recorded sorted and without repeats; all other values become one <c>other</c>",
        FieldType.Count when field.Buckets.Count > 0 =>
            "a whole number from 0 up, recorded as the lower bound of its bucket",
        FieldType.Count => "a whole number from 0 up",
        FieldType.Bytes => "a size in bytes, recorded as the power of two at or above it",
        FieldType.Duration => "a time span, recorded in whole milliseconds",
        FieldType.ExitCode => "an integer from 0 to 255",
        FieldType.Version =>
            "numbers and dots, and a label of the manifest's list; anything else is recorded as <c>other</c>",
        FieldType.UriScheme =>
            "a URI or its scheme; only the scheme is recorded: one of the values below, <c>custom_scheme</c> or "
            + "<c>none</c>",
        FieldType.Digest => "any text; only its salted SHA-256 is recorded",
        FieldType.RandomId => "a UUID, or an integer of at most 19 digits, that the program generated; an identifier",
        FieldType.Stack =>
            "an exception; only the tool's own frames are recorded, as <c>Type.Method:line</c>, without message and "
            + "path",
        _ => "set by the SDK or the collector",
    };
}
