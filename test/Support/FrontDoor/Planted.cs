// SPDX-License-Identifier: MIT
// Names that a test plants on a user's machine, and the search for them in what may have left it: whole or a part, plain or in disguise.

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.FrontDoor;

/// <summary>
/// What a name may look like: text in any capitals (UTF-8, UTF-16), hexadecimal digits, base64 at each of its three
/// alignments, a plain SHA-256. Parts are its words of six letters or more, and their first six letters.
/// </summary>
sealed class Planted
{
    const int Shortest = 6;

    readonly List<(string What, string Text, StringComparison How)> _forms = [];

    public Planted(params IEnumerable<string> names)
    {
        foreach (var name in names)
            AddForms(name, name);
        foreach (var (part, name) in names.SelectMany(Parts).DistinctBy(p => p.Part, StringComparer.OrdinalIgnoreCase))
            AddForms(part, name);
    }

    /// <summary>What of the names is in these bytes, in words for people; empty if nothing.</summary>
    public IEnumerable<string> FindIn(string where, byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return _forms.Where(f => text.Contains(f.Text, f.How)).Select(f => $"{where}: {f.What}");
    }

    /// <summary>The same for all files below a folder, and for their own names.</summary>
    public IEnumerable<string> FindBelow(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).SelectMany(file =>
        {
            var name = Path.GetRelativePath(folder, file);
            return FindIn(name, File.ReadAllBytes(file)).Concat(FindIn($"the name {name}", Encoding.UTF8.GetBytes(name)));
        });

    static IEnumerable<(string Part, string Name)> Parts(string name)
    {
        foreach (var word in name.Split(['/', '\\', '.', '@', '-', '_', ' ', ':'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Length < Shortest)
                continue;
            yield return (word, name);
            yield return (word[..Shortest], name);
        }
    }

    void AddForms(string text, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var of = text == name ? $"'{name}'" : $"'{text}' of '{name}'";
        Add($"{of} as text", Encoding.Latin1.GetString(bytes), StringComparison.OrdinalIgnoreCase);
        Add($"{of} with _ for blanks", text.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase);
        Add($"{of} in UTF-16", Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(text)), StringComparison.OrdinalIgnoreCase);
        Add($"{of} as hex", Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase);
        Add($"{of} as SHA-256", Convert.ToHexString(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase);
        for (var before = 0; before < 3; before++)
        {
            // Only the characters that stand for bits of this text alone.
            var all = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var from = (before * 8 + 5) / 6;
            var form = all[from..((before + bytes.Length) * 8 / 6)];
            Add($"{of} as base64", form, StringComparison.Ordinal);
            Add($"{of} as base64url", form.Replace('+', '-').Replace('/', '_'), StringComparison.Ordinal);
        }
    }

    void Add(string what, string text, StringComparison how) => _forms.Add((what, text, how));
}
