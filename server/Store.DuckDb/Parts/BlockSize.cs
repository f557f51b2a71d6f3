// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// The size of a file's blocks. Small blocks save memory: DuckDB reads whole blocks, and keeps at least 16 to 32 KiB of
/// new rows for each column of each table with rows, which it can move to the temporary folder only if they are a whole
/// block. Measured with 60 tables of 67 columns and one row each: 96 MiB that must stay in memory with blocks of 256
/// KiB; any memory limit holds with blocks of 16 KiB. Large blocks are faster for many rows of few columns (120,000
/// rows of 25 columns: 0.7 s against 1.4 s).
/// </summary>
static class BlockSize
{
    /// <summary>The default of DuckDB. Bytes.</summary>
    public const int Large = 256 * 1024;

    /// <summary>The smallest of DuckDB. Bytes.</summary>
    public const int Small = 16 * 1024;

    /// <summary>From here on, pieces of large blocks could take a quarter of the smallest memory limit.</summary>
    const int MaxColumns = 512;

    const long MinLargeBytes = 16 * 1024 * 1024;

    /// <summary>The size for a new file with these tables. Bytes.</summary>
    /// <param name="catalog">The tables.</param>
    /// <param name="expectedBytes">About how much it will hold.</param>
    public static int For(Catalog catalog, long expectedBytes) =>
        catalog.ColumnCount > MaxColumns ? Small : For(expectedBytes);

    /// <summary>The size for a new file with tables of few columns. Bytes.</summary>
    /// <param name="expectedBytes">About how much it will hold.</param>
    public static int For(long expectedBytes) => expectedBytes < MinLargeBytes ? Small : Large;
}
