// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// Checks that the generated code of a manifest compiles: an assembly holds at most 16 MiB of text (error CS8103), the
/// program's own included. Counts the characters of the generated scope without making it, which could be gigabytes.
/// </summary>
static class GeneratedSize
{
    // Characters, of two bytes each. Leaves the program 4 MiB.
    internal const int MaxCharacters = 6 * 1024 * 1024;

    // A line's words, its details without their lists, and spaces.
    const int LineCharacters = 64;

    public static void Check(DiagnosticBag diagnostics, ToolManifest manifest, YamlNode position)
    {
        var characters = CharactersOf(manifest);
        if (characters <= MaxCharacters)
            return;
        diagnostics.Add(DiagnosticKind.TooMuchToGenerate, position,
            $"The generated code would contain {characters} characters of text, but at most {MaxCharacters} fit into "
            + "a program. Shorten the lists of values and buckets, or use groups in fewer events.");
    }

    static long CharactersOf(ToolManifest manifest)
    {
        var characters = 0L;
        var lists = new Dictionary<IReadOnlyList<string>, int>(); // by reference: fields share a named list
        foreach (var e in manifest.Events)
        {
            foreach (var field in manifest.FieldsOf(e))
            {
                characters += LineCharacters + e.Name.Length + field.Name.Length + (17L * field.Buckets.Count);
                lists[field.Values] = lists.TryGetValue(field.Values, out var uses) ? uses + 1 : 1;
            }
        }

        foreach (var (values, uses) in lists.Select(pair => (pair.Key, pair.Value)))
        {
            var length = values.Sum(value => (long)value.Length + 1);
            characters += CompactScope.IsMoved(length, uses) ? length : length * uses;
        }

        return characters;
    }
}
