// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Manifests;

/// <summary>
/// The scope's text for generated code. The text repeats a list of values for each field that uses it; a list of 10,000
/// values in 25 fields would be more than an assembly can hold. Here such a list is in <see cref="Lists"/>, once, and
/// the text has <c>values=TAB n TAB</c>, which the SDK replaces when it reads the text. No text of a manifest can
/// contain a tab.
/// </summary>
/// <param name="Text">The text; the scope's own text if no list is moved.</param>
/// <param name="Lists">The values of each moved list, joined with commas.</param>
public sealed record CompactScope(string Text, IReadOnlyList<string> Lists)
{
    // Below this saving the text stays as it is, so that an ordinary tool pays nothing. Characters.
    const int MinSaved = 16 * 1024;

    // A list of that length is not used by accident in several fields. Keeps short values out of the table.
    const int MinLength = 256;

    /// <summary>Cost: as <see cref="Scope.TextOf"/>.</summary>
    public static CompactScope Of(ToolManifest manifest)
    {
        var text = Scope.TextOf(manifest);
        var lines = text.Split('\n');
        var uses = new Dictionary<string, int>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var values in lines.Select(ValuesOf).OfType<string>())
        {
            if (!uses.TryGetValue(values, out var count))
                order.Add(values);
            uses[values] = count + 1;
        }

        string[] lists = [.. order.Where(values => IsMoved(values.Length, uses[values]))];
        if (lists.Length == 0)
            return new CompactScope(text, []);
        var indices = lists.Select((values, i) => (values, i))
            .ToDictionary(pair => pair.values, pair => pair.i, StringComparer.Ordinal);
        var compact = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (ValuesOf(line) is { } values && indices.TryGetValue(values, out var index))
            {
                var at = line.IndexOf(" " + ScopeFormat.Values, StringComparison.Ordinal)
                    + ScopeFormat.Values.Length + 1;
                line = line.Substring(0, at) + "\t" + index.ToString(CultureInfo.InvariantCulture) + "\t"
                    + line.Substring(at + values.Length);
            }

            compact.Append(line).Append(i < lines.Length - 1 ? "\n" : "");
        }

        return new CompactScope(compact.ToString(), lists);
    }

    /// <summary>True if a list of that many characters, used that often, is generated once.</summary>
    internal static bool IsMoved(long length, int uses) => length >= MinLength && length * (uses - 1) >= MinSaved;

    // Null: the line is no field, or its list is short.
    static string? ValuesOf(string line)
    {
        if (line.Length < MinLength || !line.StartsWith(ScopeFormat.Field + " ", StringComparison.Ordinal))
            return null;
        var start = line.IndexOf(" " + ScopeFormat.Values, StringComparison.Ordinal);
        if (start < 0)
            return null;
        start += ScopeFormat.Values.Length + 1;
        var end = line.IndexOf(' ', start);
        var values = line.Substring(start, (end < 0 ? line.Length : end) - start);
        return values.Length < MinLength ? null : values;
    }
}
