// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.DuckDb.Deletion;

/// <summary>
/// The deleted installations of a tool, in two files of its folder. <c>deleting.ndjson</c> has the ids whose rows may
/// still be in the bytes of a part: one line a deletion, which takes effect when its line is durable. When the bytes
/// are gone, a digest of the id is added to <c>deleted.txt</c> permanently, because a copy of a home folder can send
/// under an old id at any time. The id is removed from the first file; then nothing of the installation is left. Any
/// thread may use <see cref="RemoveFrom"/> and <see cref="Pending"/>; only the writing thread uses the other members.
/// </summary>
sealed class DeletedInstallations
{
    const int MaxIdBytes = 64;

    readonly string _pendingPath;
    readonly string _donePath;

    // Guarded by the set, like the last lookup below.
    readonly HashSet<UInt128> _digests = [];
    List<PendingDeletion> _pending = [];

    // The last lookup: the rows of a batch usually have the same id.
    readonly byte[] _lastId = new byte[MaxIdBytes];
    int _lastLength = -1;
    bool _lastAnswer;

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="StoreException">A file can't be read.</exception>
    public DeletedInstallations(string folder)
    {
        _pendingPath = PendingPath(folder);
        _donePath = Path.Combine(folder, "deleted.txt");
        foreach (var line in DurableFile.ReadLines(_donePath))
            _digests.Add(DigestOf(_donePath, line));
        foreach (var line in DurableFile.ReadLines(_pendingPath))
            _pending.Add(PendingDeletion.Parse(_pendingPath, line));
        foreach (var id in _pending.SelectMany(pending => pending.Installations))
            _digests.Add(DigestOf(Encoding.UTF8.GetBytes(id)));
    }

    /// <summary>Whether a folder may have pending deletions, without reading them. Thread-safe.</summary>
    public static bool MayHavePending(string folder) => DurableFile.Length(PendingPath(folder)) > 0;

    /// <summary>The pending deletions. Thread-safe.</summary>
    public IReadOnlyList<PendingDeletion> Pending => Volatile.Read(ref _pending);

    /// <summary>The existing files, for a backup.</summary>
    public IEnumerable<string> Paths => new[] { _pendingPath, _donePath }.Where(File.Exists);

    /// <summary>Removes their events from a batch. Thread-safe.</summary>
    public void RemoveFrom(StoredBatch batch)
    {
        lock (_digests)
        {
            if (_digests.Count == 0)
                return;
            foreach (var rows in batch.Rows)
            {
                if (rows.Table.Installation >= 0)
                    rows.RemoveWhere(rows.Table.Installation, Has);
            }
        }
    }

    /// <summary>Records a deletion; on return it is durable.</summary>
    /// <exception cref="StoreException">It can't be written; nothing was recorded.</exception>
    public void Add(PendingDeletion pending)
    {
        DurableFile.Append(_pendingPath, pending.ToLine());
        lock (_digests)
        {
            foreach (var id in pending.Installations)
                _digests.Add(DigestOf(Encoding.UTF8.GetBytes(id)));
            _lastLength = -1;
        }

        Volatile.Write(ref _pending, [.. _pending, pending]);
    }

    /// <summary>Records that no file has rows of these deletions.</summary>
    /// <exception cref="StoreException">It can't be written; the deletions stay pending.</exception>
    public void Complete(IReadOnlyList<PendingDeletion> completed)
    {
        var lines = completed.SelectMany(deletion => deletion.Installations)
            .Select(id => $"{DigestOf(Encoding.UTF8.GetBytes(id)):x32}\n").Distinct(StringComparer.Ordinal);
        DurableFile.Append(_donePath, string.Concat(lines));
        List<PendingDeletion> left = [.. _pending.Except(completed)];
        DurableFile.Replace(_pendingPath, string.Concat(left.Select(pending => pending.ToLine())));
        Volatile.Write(ref _pending, left);
    }

    bool Has(ReadOnlySpan<byte> id)
    {
        if (id.Length == _lastLength && id.SequenceEqual(_lastId.AsSpan(0, _lastLength)))
            return _lastAnswer;
        _lastAnswer = _digests.Contains(DigestOf(id));
        _lastLength = id.Length <= MaxIdBytes ? id.Length : -1;
        if (_lastLength >= 0)
            id.CopyTo(_lastId);
        return _lastAnswer;
    }

    // Half of a SHA-256: a second id with the same digest can't be found, and the id can't be derived from it.
    static UInt128 DigestOf(ReadOnlySpan<byte> id)
    {
        var length = Prefix.Length + id.Length;
        var text = id.Length <= 2 * MaxIdBytes ? stackalloc byte[length] : new byte[length];
        Prefix.CopyTo(text);
        id.CopyTo(text[Prefix.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    static string PendingPath(string folder) => Path.Combine(folder, "deleting.ndjson");

    static ReadOnlySpan<byte> Prefix => "deleted"u8;

    static UInt128 DigestOf(string path, string line) =>
        UInt128.TryParse(line, NumberStyles.AllowHexSpecifier, provider: null, out var digest) && line.Length == 32
            ? digest
            : throw new DamagedFileException(
                path, $"{path}: a line is not a digest of 32 hexadecimal digits.", "Restore the file from a backup.");
}
