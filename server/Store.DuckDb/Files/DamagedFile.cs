// SPDX-License-Identifier: MIT
// Which of a tool's files a damage lies in: of a block that has changed DuckDB names the place and not the file.

using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tallymark.DuckDb.Files;

/// <summary>Finds a damaged file. Stateless. Cost: 8 bytes of each file.</summary>
static partial class DamagedFile
{
    /// <summary>The file below a folder that DuckDB names, or that has the checksum that does not fit where DuckDB says; null: not exactly one has it.</summary>
    /// <param name="folder">A tool's folder.</param>
    /// <param name="words">What DuckDB says.</param>
    public static string? Find(string folder, string words)
    {
        var named = CutShort().Match(words).Groups["file"].Value;
        if (named.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(named))
            return named;
        var said = Changed().Match(words);
        if (!said.Success || !Directory.Exists(folder)
            || !ulong.TryParse(said.Groups["checksum"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var checksum)
            || !long.TryParse(said.Groups["at"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
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
                    return null; // copies of one block: better none than the wrong one
                found = file;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the folder is still named
        }

        return found;
    }

    static bool Has(string file, long at, ulong checksum)
    {
        using var handle = File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        return RandomAccess.Read(handle, bytes, at) == bytes.Length && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == checksum;
    }

    [GeneratedRegex("Could not read enough bytes from file \"(?<file>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CutShort();

    [GeneratedRegex("stored checksum (?<checksum>[0-9]+) in block at location (?<at>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Changed();
}
