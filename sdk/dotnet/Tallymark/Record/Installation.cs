// SPDX-License-Identifier: MIT
// The installation's secret, its stored id, and the digests made under it (spec/spool.md, spec/manifest.md).

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tallymark.Record;

/// <summary>The secret s of this installation. It never leaves this class but into a hash. Immutable.</summary>
sealed class Installation
{
    internal const int SecretLength = 32;
    static readonly TimeSpan MomentOfMaking = TimeSpan.FromMinutes(1);

    readonly string _tool;
    readonly byte[] _secret;

    internal Installation(string tool, byte[] secret)
    {
        _tool = tool;
        _secret = secret;
        var proof = new Sha256().Add("delete"u8).Add(tool).Add(secret).Finish();
        Proof = proof;
        Id = new Sha256().Add("installation"u8).Add(proof).Finish();
    }

    /// <summary>What a request to delete carries: 32 bytes.</summary>
    internal byte[] Proof { get; }

    /// <summary>The stored id: 32 bytes.</summary>
    internal byte[] Id { get; }

    /// <summary>Reads the secret, makes it where there is none. Null where it can't be kept.</summary>
    internal static Installation? Open(StateFolder state, string tool, TimeProvider time)
    {
        var path = state.Installation;
        var secret = Read(path, out var there);
        if (secret is null && there)
        {
            // Half a secret: another process is just making it (on a disk without hard links), or it is spoiled for good.
            if (time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path) < MomentOfMaking)
                return null;
            File.Delete(path);
        }

        secret ??= Make(path);
        return secret is null ? null : new Installation(tool, secret);
    }

    /// <summary>Reads the secret; null where there is none.</summary>
    internal static Installation? Find(StateFolder state, string tool) =>
        Read(state.Installation, out _) is { } secret ? new Installation(tool, secret) : null;

    /// <summary>A digest of a value, under the secret or, with <paramref name="toolSalt"/>, under the tool's name.</summary>
    internal byte[] Digest(string value, bool toolSalt)
    {
        var hash = new Sha256().Add(toolSalt ? "digest-tool"u8 : "digest"u8).Add(_tool).Add("\n"u8);
        return (toolSalt ? hash : hash.Add(_secret)).Add(value).Finish();
    }

    /// <summary>
    /// True if this installation is among that many of a million (spec/settings.md). The secret draws, so it is always the
    /// same, and nobody else can know or choose it.
    /// </summary>
    internal bool IsInShare(int millionths)
    {
        var hash = new Sha256().Add("share"u8).Add(_tool).Add("\n"u8).Add(_secret).Finish();
        return BinaryPrimitives.ReadUInt32BigEndian(hash) * 1_000_000ul < (ulong)millionths << 32;
    }

    static byte[]? Make(string path)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretLength);
        var text = new LineBuffer(SecretLength * 2 + 1);
        text.AddHex(secret);
        text.Add((byte)'\n');
        var temporary = StateFolder.Temporary(path, text.Written);
        try
        {
            // Of two processes that come here one wins. The framework's move that does not replace looks first and then renames on
            // Unix, so both could (seen); a hard link is one step. Where the disk has none the move has to do.
            if (OperatingSystem.IsWindows() || !Libc.TryLink(temporary, path))
                File.Move(temporary, path, overwrite: false);
            else
                File.Delete(temporary);
            return secret;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return Read(path, out _);
        }
    }

    // Whether it was there comes from the same look: one that another process makes a moment later is not half a secret.
    static byte[]? Read(string path, out bool there)
    {
        Span<byte> text = stackalloc byte[SecretLength * 2 + 2];
        var length = SmallFile.ReadStart(path, text);
        there = length >= 0;
        if (length != SecretLength * 2 + 1 || text[SecretLength * 2] != '\n')
            return null;
        var secret = new byte[SecretLength];
        for (var i = 0; i < secret.Length; i++)
        {
            int high = Digit(text[i * 2]), low = Digit(text[i * 2 + 1]);
            if (high < 0 || low < 0)
                return null;
            secret[i] = (byte)(high << 4 | low);
        }

        return secret;
    }

    static int Digit(byte one) => one switch
    {
        >= (byte)'0' and <= (byte)'9' => one - '0',
        >= (byte)'a' and <= (byte)'f' => one - 'a' + 10,
        _ => -1,
    };
}
