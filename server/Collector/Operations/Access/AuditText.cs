// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Replaces what could be an id in a text of the audit log by a hash: the log is kept longer than the data of an
/// installation that was deleted. The same id has the same hash, so that a reader sees that two queries asked for one
/// installation, and a user who names an id can be told whether a query did. Stateless.
/// </summary>
static partial class AuditText
{
    const int HashBytes = 8;

    /// <summary>
    /// Replaces every run of at least eight hexadecimal digits that has a decimal digit (an id or the beginning of one,
    /// with or without hyphens; a number), except dates. Hashes stay.
    /// </summary>
    public static string WithoutIds(string text) => Ids().Replace(text, static match =>
    {
        var id = match.Value.Replace("-", "", StringComparison.Ordinal);
        return id.Length < 8 || !id.Any(char.IsAsciiDigit) || Date().IsMatch(match.Value) ? match.Value : HashOf(id);
    });

    static string HashOf(string id)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes("audit" + id.ToLowerInvariant()));
        return $"[sha256:{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}]";
    }

    [GeneratedRegex(@"(?<!\[sha256:[0-9a-f]{0,16})[0-9A-Fa-f](?:-?[0-9A-Fa-f]){7,}", RegexOptions.None, 1000)]
    private static partial Regex Ids();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}$", RegexOptions.None, 1000)]
    private static partial Regex Date();
}
