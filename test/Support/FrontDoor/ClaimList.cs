// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Tallymark.FrontDoor;

/// <summary>The claims of docs/claims.md.</summary>
static partial class ClaimList
{
    /// <summary>The ids, in the order of the page.</summary>
    public static IReadOnlyList<string> Read() =>
        [.. Row().Matches(File.ReadAllText(Path.Combine(Product.Root, "docs/claims.md")))
            .Select(m => m.Groups["id"].Value)];

    [GeneratedRegex(@"^\| (?<id>[A-Z]+-\d\d) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
