// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Record;

/// <summary>
/// Rewrites a value as it would have been recorded under the list that the user agreed to, if the present list is
/// longer.
/// </summary>
static class Narrowing
{
    /// <summary>
    /// Replaces the value that begins at <paramref name="start"/>. Allocates: it runs only for fields with a list,
    /// until the user has seen the notice of a wider manifest.
    /// </summary>
    internal static void Apply(LineBuffer line, int start, FieldKind kind, byte[] agreed)
    {
        var value = Encoding.ASCII.GetString(line.Slice(start, line.Length - start));
        line.CutTo(start);
        if (kind == FieldKind.EnumSet)
        {
            Values.Set(line, value == "[]" ? [] : value.Trim('[', ']').Replace("\"", "").Split(','), agreed);
            return;
        }

        value = value.Trim('"');
        if (kind is FieldKind.Version or FieldKind.ToolVersion)
            Values.Version(line, value, agreed);
        else if (kind != FieldKind.UriScheme)
            Values.Listed(line, value, agreed);
        else
            line.AddQuoted(value is "none" || ValueList.Find(agreed, value) >= 0 ? value : "custom_scheme");
    }
}
