// SPDX-License-Identifier: MIT
// The installations of a tool whose events are gone, or about to be, and must not come back.

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.DuckDb.Deletion;

/// <summary>
/// Two files in the tool's folder. <c>deleting.ndjson</c> has the ids whose rows are still in some part's bytes: one line a request, and the
/// request counts from the moment in which its line is on disk. When the bytes are gone a digest of the id goes into <c>deleted.txt</c>, for good, since
/// a copy of a home folder can send under an old id at any time, and the id leaves the first file: then nothing of the installation is left. <see cref="TakeOut"/> and <see cref="Pending"/> are for any thread,
/// the rest for the writing one.
/// </summary>
sealed class DeletedInstallations
{
    const int LongestId = 64;

    readonly string _pendingPath;
    readonly string _donePath;
    // Guarded by the set, with what was asked last.
    readonly HashSet<UInt128> _digests = [];
    List<DeletionRequest> _pending = [];

    // Rows of one batch mostly carry one id.
    readonly byte[] _lastId = new byte[LongestId];
    int _lastLength = -1;
    bool _lastAnswer;

    /// <summary>Reads what the folder has.</summary>
    /// <exception cref="StoreException">A file can't be read.</exception>
    public DeletedInstallations(string folder)
    {
        _pendingPath = Path.Combine(folder, "deleting.ndjson");
        _donePath = Path.Combine(folder, "deleted.txt");
        foreach (var line in DurableFile.ReadLines(_donePath))
            _digests.Add(DigestOf(_donePath, line));
        foreach (var line in DurableFile.ReadLines(_pendingPath))
            _pending.Add(DeletionRequest.Parse(_pendingPath, line));
        foreach (var id in _pending.SelectMany(request => request.Installations))
            _digests.Add(DigestOf(Encoding.UTF8.GetBytes(id)));
    }

    /// <summary>What was asked for and is not done. Safe for any thread.</summary>
    public IReadOnlyList<DeletionRequest> Pending => System.Threading.Volatile.Read(ref _pending);

    /// <summary>The files that there are, for a backup.</summary>
    public IEnumerable<string> Paths => new[] { _pendingPath, _donePath }.Where(File.Exists);

    /// <summary>Takes their events out of a batch.</summary>
    public void TakeOut(StoredBatch batch)
    {
        lock (_digests)
        {
            if (_digests.Count == 0)
                return;
            foreach (var rows in batch.Rows)
            {
                if (rows.Table.Installation >= 0)
                    rows.TakeOut(rows.Table.Installation, Has);
            }
        }
    }

    /// <summary>Notes the request; on return it is on disk.</summary>
    /// <exception cref="StoreException">It can't be written: nothing of it was done.</exception>
    public void Add(DeletionRequest request)
    {
        DurableFile.Append(_pendingPath, request.ToLine());
        lock (_digests)
        {
            foreach (var id in request.Installations)
                _digests.Add(DigestOf(Encoding.UTF8.GetBytes(id)));
            _lastLength = -1;
        }

        System.Threading.Volatile.Write(ref _pending, [.. _pending, request]);
    }

    /// <summary>Notes that no file has rows of these requests any more.</summary>
    /// <exception cref="StoreException">It can't be written; they are done once more later.</exception>
    public void Done(IReadOnlyList<DeletionRequest> requests)
    {
        var lines = requests.SelectMany(request => request.Installations)
            .Select(id => $"{DigestOf(Encoding.UTF8.GetBytes(id)):x32}\n").Distinct(StringComparer.Ordinal);
        DurableFile.Append(_donePath, string.Concat(lines));
        List<DeletionRequest> left = [.. _pending.Except(requests)];
        DurableFile.Replace(_pendingPath, string.Concat(left.Select(request => request.ToLine())));
        System.Threading.Volatile.Write(ref _pending, left);
    }

    bool Has(ReadOnlySpan<byte> id)
    {
        if (id.Length == _lastLength && id.SequenceEqual(_lastId.AsSpan(0, _lastLength)))
            return _lastAnswer;
        _lastAnswer = _digests.Contains(DigestOf(id));
        _lastLength = id.Length <= LongestId ? id.Length : -1;
        if (_lastLength >= 0)
            id.CopyTo(_lastId);
        return _lastAnswer;
    }

    // Half of a SHA-256: nobody finds a second id for it, and the id is not to be had from it.
    static UInt128 DigestOf(ReadOnlySpan<byte> id)
    {
        var text = id.Length <= 2 * LongestId ? stackalloc byte[Prefix.Length + id.Length] : new byte[Prefix.Length + id.Length];
        Prefix.CopyTo(text);
        id.CopyTo(text[Prefix.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    static ReadOnlySpan<byte> Prefix => "deleted"u8;

    static UInt128 DigestOf(string path, string line) =>
        UInt128.TryParse(line, System.Globalization.NumberStyles.AllowHexSpecifier, provider: null, out var digest) && line.Length == 32
            ? digest
            : throw new StoreException($"{path}: a line is not a digest of 32 hexadecimal digits. Put a copy of the file back.") { File = path };
}
