// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Manifests;

/// <summary>
/// The scope of a manifest: everything that a user agrees to (<c>spec/manifest.md</c>, "Scope"). Two manifests with the
/// same scope collect the same data and need no new notice.
/// </summary>
public static class Scope
{
    /// <summary>The scope's text: LF after each line. Cost: proportional to all values of all events.</summary>
    public static string TextOf(ToolManifest manifest)
    {
        var text = new StringBuilder();
        Line(text, ScopeFormat.Header);
        Line(text, ScopeFormat.Tool, " ", manifest.Tool);
        Line(text, ScopeFormat.Recipient, " ", manifest.Recipient);
        Line(text, ScopeFormat.Endpoint, " ", manifest.Endpoint);
        Line(text, ScopeFormat.Retention, " ", Number(manifest.RetentionDays));
        if (manifest.Datasets.Count > 0)
            Line(text, ScopeFormat.Minimum, " ", Number(manifest.Datasets.Min(d => d.Minimum)));
        if (manifest.Datasets.Count > 0 && manifest.MaxPerDay != ScopeFormat.DefaultMaxPerDay)
            Line(text, ScopeFormat.MaxPerDay, " ", Number(manifest.MaxPerDay));
        Line(text, ScopeFormat.Time, " ", ScopeFormat.WordOf(manifest.Time));
        if (manifest.Rotation != IdentityRotation.Never)
            Line(text, ScopeFormat.Rotate, " ", manifest.Rotation.ToString().ToLowerInvariant());
        foreach (var e in manifest.Events)
        {
            Line(text, ScopeFormat.Event, " ", e.Name);
            foreach (var field in manifest.FieldsOf(e))
            {
                var type = FieldTypes.NameOf(field.Type);
                Line(text, ScopeFormat.Field, " ", e.Name, " ", field.Name, " ", type, Details(field));
            }
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
        if (field.Published)
            details += " " + ScopeFormat.Published;
        if (field.Buckets.Count > 0)
            details += " " + ScopeFormat.Buckets + string.Join(",", field.Buckets.Select(Number));
        if (field.Values.Count > 0)
            details += " " + ScopeFormat.Values + string.Join(",", field.Values);
        if (field.Prerelease.Count > 0)
            details += " " + ScopeFormat.Values + string.Join(",", field.Prerelease);
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
