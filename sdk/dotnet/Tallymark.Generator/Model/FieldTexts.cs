// SPDX-License-Identifier: MIT
// What `TOOL telemetry show` tells of every field, as one text, so that the SDK needs no manifest to tell it.

using System.Text;
using Tallymark.Manifests;

namespace Tallymark.Generator.Model;

/// <summary>Lines of words between tabs, which no text of a manifest can hold; the SDK's verb reads them back.</summary>
static class FieldTexts
{
    public static string Of(ToolManifest manifest)
    {
        var text = new StringBuilder();
        Line(text, "about", manifest.Contact, manifest.Repository);
        foreach (var e in manifest.Events)
        {
            Line(text, "event", e.Name, e.Why);
            foreach (var field in manifest.FieldsOf(e))
            {
                Line(text, "field", field.Name, FieldTypes.NameOf(field.Type), field.Published ? "published" : "not published",
                    field.Until ?? "", field.Example, field.Why);
            }
        }

        return text.ToString();
    }

    static void Line(StringBuilder text, params string[] words) => text.Append(string.Join("\t", words)).Append('\n');
}
