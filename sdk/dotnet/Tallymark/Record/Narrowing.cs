// SPDX-License-Identifier: MIT
// A value as it would have been recorded under the list that the user agreed to, where the list of now has more.

using System.Text;

namespace Tallymark.Record;

static class Narrowing
{
    /// <summary>
    /// Takes back the value that begins at <paramref name="start"/> and writes what the agreed values allow of it. Only for
    /// fields with a list, while the notice of a wider manifest was not seen yet, so it may cost something.
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
