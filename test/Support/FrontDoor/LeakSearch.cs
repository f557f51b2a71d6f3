// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.FrontDoor;

/// <summary>
/// Searches bytes that left a machine for names that a test put on it, whole or in part. Forms of a name: text in any
/// case (UTF-8, UTF-16), hexadecimal digits, base64 at each of its three alignments, a plain SHA-256. Parts are its
/// words of six letters or more, and their first six letters.
/// </summary>
sealed class LeakSearch
{
    const int MinPartLength = 6;

    readonly List<(string Description, string Text, StringComparison Comparison)> _forms = [];

    public LeakSearch(params IEnumerable<string> names)
    {
        foreach (var name in names)
            AddForms(name, name);
        foreach (var (part, name) in names.SelectMany(Parts).DistinctBy(p => p.Part, StringComparer.OrdinalIgnoreCase))
            AddForms(part, name);
    }

    /// <summary>Describes each form of a name that these bytes contain; empty if there is none.</summary>
    public IEnumerable<string> FindIn(string where, byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return _forms.Where(f => text.Contains(f.Text, f.Comparison)).Select(f => $"{where}: {f.Description}");
    }

    /// <summary>Searches all files below a folder, and their names.</summary>
    public IEnumerable<string> FindBelow(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).SelectMany(file =>
        {
            var name = Path.GetRelativePath(folder, file);
            return FindIn(name, File.ReadAllBytes(file))
                .Concat(FindIn($"the name {name}", Encoding.UTF8.GetBytes(name)));
        });

    /// <summary>
    /// Publishes, stops the collector, and searches its rows, files, log and metrics. Returns the rows as JSON, and
    /// where a name was found.
    /// </summary>
    public async Task<(string Rows, IReadOnlyList<string> Found)> FindIn(RunningCollector collector, string tool)
    {
        await collector.Publish(tool, DateTime.UtcNow);
        var metrics = await collector.Get("/metrics");
        Assert.Equal(0, await collector.Stop());
        var rows = JsonSerializer.Serialize(await collector.Events(tool));
        return (rows, [
            .. FindIn("rows", Encoding.UTF8.GetBytes(rows)),
            .. FindIn("metrics", Encoding.UTF8.GetBytes(metrics.Text)),
            .. FindIn("log", Encoding.UTF8.GetBytes(await collector.Log)),
            .. FindBelow(collector.Data),
            .. FindBelow(collector.Published),
        ]);
    }

    static IEnumerable<(string Part, string Name)> Parts(string name)
    {
        foreach (var word in name.Split(['/', '\\', '.', '@', '-', '_', ' ', ':'],
            StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Length < MinPartLength)
                continue;
            yield return (word, name);
            yield return (word[..MinPartLength], name);
        }
    }

    void AddForms(string text, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var of = text == name ? $"'{name}'" : $"'{text}' of '{name}'";
        Add($"{of} as text", Encoding.Latin1.GetString(bytes), StringComparison.OrdinalIgnoreCase);
        Add($"{of} with _ for blanks", text.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase);
        Add($"{of} in UTF-16", Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(text)),
            StringComparison.OrdinalIgnoreCase);
        Add($"{of} as hex", Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase);
        Add($"{of} as SHA-256", Convert.ToHexString(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase);
        for (var before = 0; before < 3; before++)
        {
            // Only the characters that encode bits of these bytes alone, not of the bytes before and after.
            var all = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var from = (before * 8 + 5) / 6;
            var form = all[from..((before + bytes.Length) * 8 / 6)];
            Add($"{of} as base64", form, StringComparison.Ordinal);
            Add($"{of} as base64url", form.Replace('+', '-').Replace('/', '_'), StringComparison.Ordinal);
        }
    }

    void Add(string description, string text, StringComparison comparison) =>
        _forms.Add((description, text, comparison));
}
