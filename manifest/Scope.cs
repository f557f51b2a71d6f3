// SPDX-License-Identifier: MIT
// What a user agrees to, as a text with one fact a line and as its id; spec/manifest.md, "Scope".

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Manifests;

/// <summary>
/// The scope of a manifest. Two manifests with the same scope collect the same and need no new notice.
/// </summary>
public static class Scope
{
    /// <summary>The scope's text: LF after each line. Cost: proportional to all values of all events.</summary>
    public static string TextOf(ToolManifest manifest)
    {
        var text = new StringBuilder();
        Line(text, "tallymark-scope 1");
        Line(text, "tool ", manifest.Tool);
        Line(text, "recipient ", manifest.Recipient);
        Line(text, "endpoint ", manifest.Endpoint);
        Line(text, "retention ", Number(manifest.RetentionDays));
        Line(text, "time ", manifest.Time.ToString().ToLowerInvariant());
        foreach (var e in manifest.Events)
        {
            Line(text, "event ", e.Name);
            foreach (var field in manifest.FieldsOf(e))
                Line(text, "field ", e.Name, " ", field.Name, " ", FieldTypes.NameOf(field.Type), Details(field));
        }

        return text.ToString();
    }

    /// <summary>The scope's id: the SHA-256 of its text in UTF-8, 64 hexadecimal digits in lower case.</summary>
    public static string IdOf(ToolManifest manifest)
    {
        using var sha = SHA256.Create();
        var id = new StringBuilder(64);
        foreach (var b in sha.ComputeHash(Encoding.UTF8.GetBytes(TextOf(manifest))))
            id.Append(b.ToString("x2", CultureInfo.InvariantCulture));
        return id.ToString();
    }

    static string Details(Field field)
    {
        var details = "";
        if (field.Part is not null)
            details += " part=" + field.Part;
        if (field.Type is FieldType.Duration or FieldType.Version && field.Source == FieldSource.Program)
            details += " source=program";
        if (field.Type is FieldType.Digest or FieldType.Machine)
            details += " salt=" + field.Salt.ToString().ToLowerInvariant();
        if (field.Buckets.Count > 0)
            details += " buckets=" + string.Join(",", field.Buckets.Select(Number));
        if (field.Values.Count > 0)
            details += " values=" + string.Join(",", field.Values);
        if (field.Prerelease.Count > 0)
            details += " values=" + string.Join(",", field.Prerelease);
        return details;
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static void Line(StringBuilder text, params string[] parts)
    {
        foreach (var part in parts)
            text.Append(part);
        text.Append('\n');
    }
}
