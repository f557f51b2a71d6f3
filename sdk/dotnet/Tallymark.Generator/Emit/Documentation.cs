// SPDX-License-Identifier: MIT
// The manifest's own words as XML documentation of the generated members.

using System.Text;
using Tallymark.Generator.Model;
using Tallymark.Manifests;

namespace Tallymark.Generator.Emit;

static class Documentation
{
    // A tooltip that lists more values than this isn't read.
    const int ShownValues = 20;

    /// <summary>Words of a manifest inside documentation: one line, no markup.</summary>
    public static string Words(string text)
    {
        var words = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            words.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' => " ",
                _ => c.ToString(),
            });
        }

        return words.ToString().Trim();
    }

    /// <summary>A word of a manifest in the fixed-width type.</summary>
    public static string Code(string text) => $"<c>{Words(text)}</c>";

    /// <summary>The documentation of a field's member.</summary>
    public static void Field(CodeWriter code, FieldModel field)
    {
        code.Summary(Words(field.Why));
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
        var until = field.Until is null ? "" : $" Collected until {Words(field.Until)}.";
        yield return $"Example: {Code(field.Example)}. {Published(field)}{until} Null clears it.";
    }

    /// <summary>One line that says what the SDK or the collector fills in by itself.</summary>
    public static string Filled(FieldModel field) =>
        $"{Code(field.Name)} ({Code(FieldTypes.NameOf(field.Type))}): {Words(field.Why)} {Published(field)}";

    static string Published(FieldModel field) => field.Published ? "Published." : "Not published.";

    static string Allowed(FieldModel field)
    {
        var shown = string.Join(", ", field.Values.Take(ShownValues).Select(Code));
        var rest = field.Values.Count > ShownValues ? $" and {field.Values.Count - ShownValues} more" : "";
        var list = field.ListName is null ? "" : $" (list {Code(field.ListName)})";
        return $"Allowed{list}: {shown}{rest}.";
    }

    static string Meaning(FieldModel field) => field.Type switch
    {
        FieldType.Boolean => "true or false",
        FieldType.Enum => "one of the values below; any other is recorded as <c>other</c>",
        FieldType.EnumSet =>
            "a set of the values below, recorded sorted and without repeats; all others together as one <c>other</c>",
        FieldType.Count when field.Buckets.Count > 0 =>
            "a whole number from 0 up, recorded as the lower bound of its bucket",
        FieldType.Count => "a whole number from 0 up",
        FieldType.Bytes => "a size in bytes, recorded as the power of two at or above it",
        FieldType.Duration => "a time span, recorded in whole milliseconds",
        FieldType.ExitCode => "an integer from 0 to 255",
        FieldType.Version =>
            "numbers and dots, and a label of the manifest's list; anything else is recorded as <c>other</c>",
        FieldType.UriScheme =>
            "a URI or its scheme, of which one of the values below, <c>custom_scheme</c> or <c>none</c> is recorded",
        FieldType.Digest => "any text, of which only a salted SHA-256 is recorded",
        FieldType.RandomId => "a UUID, or an integer of at most 19 digits, that the program made; an identifier",
        FieldType.Stack =>
            "an exception, of which the tool's own frames are recorded as <c>Type.Method:line</c>; no message, no path",
        _ => "filled in by itself",
    };
}
