// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// The role that reads stored data from the disk, to find damage before the data is needed. Thread-safe.
/// </summary>
public interface IStoreCheck
{
    /// <summary>
    /// The pieces of a tool's data that do not change any more, ordered by their names (ordinal); none for an unknown
    /// tool. Cost: a directory listing; does not open the tool's data.
    /// </summary>
    IReadOnlyList<StoredPiece> Pieces(string tool);

    /// <summary>
    /// Reads a piece from an offset and compares it with its checksums. Does not open the tool's data, and makes no
    /// other call wait. A piece that was replaced meanwhile is done, and not damaged; one that can't be read is
    /// damaged. Cost: reading
    /// <paramref name="maxBytes"/>.
    /// </summary>
    /// <param name="piece">The piece.</param>
    /// <param name="from">0, or <see cref="PieceCheck.Next"/> of the step before.</param>
    /// <param name="maxBytes">Bytes; at least one unit of the engine is read.</param>
    PieceCheck Check(StoredPiece piece, long from, long maxBytes);
}

/// <summary>A piece of a tool's data that does not change any more.</summary>
/// <param name="File">Its path.</param>
/// <param name="Bytes">Its size.</param>
public sealed record StoredPiece(string File, long Bytes);

/// <summary>One step of reading a piece.</summary>
/// <param name="Next">Where the next step begins; null: the piece was read to its end, or is damaged.</param>
/// <param name="Damage">The damage, without the file's name; null: none was found so far.</param>
public sealed record PieceCheck(long? Next, string? Damage);
