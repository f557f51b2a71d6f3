// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tallymark.DuckDb.Files;

/// <summary>
/// Finds the damaged file among a tool's files: for a changed block, DuckDB's message has the location but not the
/// file. Stateless. Cost: reading 8 bytes of each file.
/// </summary>
static partial class DamagedFile
{
    /// <summary>
    /// The file below a folder that DuckDB's message names, or the one with the stored checksum of the message at its
    /// location; null: not exactly one file matches.
    /// </summary>
    /// <param name="folder">A tool's folder.</param>
    /// <param name="message">DuckDB's message.</param>
    public static string? Find(string folder, string message)
    {
        var named = CutShort().Match(message).Groups["file"].Value;
        if (named.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(named))
            return named;
        var changed = Changed().Match(message);
        if (!changed.Success || !Directory.Exists(folder)
            || !ulong.TryParse(changed.Groups["checksum"].ValueSpan, CultureInfo.InvariantCulture, out var checksum)
            || !long.TryParse(changed.Groups["at"].ValueSpan, CultureInfo.InvariantCulture, out var at))
        {
            return null;
        }

        string? found = null;
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.duckdb", SearchOption.AllDirectories))
            {
                if (!Has(file, at, checksum))
                    continue;
                if (found is not null)
                    return null; // copies of one block: no file is better than the wrong one
                found = file;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the message still names the folder
        }

        return found;
    }

    static bool Has(string file, long at, ulong checksum)
    {
        using var handle = File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        return RandomAccess.Read(handle, bytes, at) == bytes.Length
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == checksum;
    }

    [GeneratedRegex("Could not read enough bytes from file \"(?<file>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CutShort();

    [GeneratedRegex(
        "stored checksum (?<checksum>[0-9]+) in block at location (?<at>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Changed();
}
