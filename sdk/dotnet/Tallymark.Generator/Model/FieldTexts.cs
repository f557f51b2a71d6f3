// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Generator.Model;

/// <summary>
/// Writes the descriptions of all fields that <c>TOOL telemetry show</c> prints, so that the SDK needs no manifest. One
/// line each, with tabs between the parts; no text of a manifest can contain a tab. The SDK's command parses it.
/// </summary>
static class FieldTexts
{
    const int MaxShownValues = 100;

    public static string Of(ToolManifest manifest)
    {
        var text = new StringBuilder();
        Line(text, "about", manifest.Contact, manifest.Repository);
        foreach (var e in manifest.Events)
        {
            Line(text, "event", e.Name, e.Why);
            foreach (var field in manifest.FieldsOf(e))
            {
                Line(text, "field", field.Name, FieldTypes.NameOf(field.Type),
                    field.Published ? "published" : "not published", field.Until ?? "", field.Example, field.Why,
                    Allowed(field));
            }
        }

        return text.ToString();
    }

    // A field with a list of thousands shows the first ones: the text is there once for each event.
    static string Allowed(Field field)
    {
        if (field.Buckets.Count > 0)
            return "in steps from " + string.Join(", ", field.Buckets);
        var values = string.Join(", ", field.Values.Take(MaxShownValues));
        return field.Values.Count == 0 ? ""
            : field.Values.Count <= MaxShownValues ? "one of " + values + ", other"
            : $"one of {values} and {field.Values.Count - MaxShownValues} more, other";
    }

    static void Line(StringBuilder text, params string[] parts) =>
        text.Append(string.Join("\t", parts)).Append('\n');
}
