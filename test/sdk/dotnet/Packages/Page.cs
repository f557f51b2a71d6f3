// SPDX-License-Identifier: MIT
namespace Tallymark.Package.Tests;

/// <summary>One fenced block.</summary>
/// <param name="Language">The first word behind the fence.</param>
/// <param name="Name">The second word: a file's path; empty if there is none.</param>
/// <param name="Text">Its content, without the indentation of its fence.</param>
sealed record Block(string Language, string Name, string Text);

static class Page
{
    /// <summary>All fenced blocks of a page of this repository.</summary>
    public static IReadOnlyList<Block> Blocks(string page)
    {
        var blocks = new List<Block>();
        var lines = File.ReadAllLines(Repository.PathOf(page));
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
                continue;
            var indentation = lines[i].IndexOf('`', StringComparison.Ordinal);
            var words = lines[i].Trim().TrimStart('`').Split(' ');
            var text = lines.Skip(i + 1).TakeWhile(l => l.Trim() != "```").ToList();
            i += text.Count + 1;
            blocks.Add(new Block(words[0], words.Length > 1 ? words[1] : "",
                string.Concat(text.Select(l => (l.Length > indentation ? l[indentation..] : "") + "\n"))));
        }

        return blocks;
    }
}
