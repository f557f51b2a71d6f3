// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tallymark.Record;

/// <summary>
/// The secret s of this installation, with the stored id and the digests computed from it (spec/spool.md,
/// spec/manifest.md). The secret leaves this class only inside a hash. Immutable.
/// </summary>
sealed class Installation
{
    internal const int SecretLength = 32;
    const int HexLength = SecretLength * 2;
    const int MaxFileBytes = HexLength + 1 + 8; // `2026-q4` and its LF
    static readonly TimeSpan MaxCreationTime = TimeSpan.FromMinutes(1);

    readonly string _tool;
    readonly byte[] _secret;

    internal Installation(string tool, byte[] secret, string period = "", DateTime ends = default)
    {
        (Period, Ends) = (period, ends);
        _tool = tool;
        _secret = secret;
        var proof = new ManagedSha256().Add("delete"u8).Add(tool).Add(secret).Finish();
        Proof = proof;
        Id = new ManagedSha256().Add("installation"u8).Add(proof).Finish();
    }

    /// <summary>The proof p that a deletion request contains: 32 bytes.</summary>
    internal byte[] Proof { get; }

    /// <summary>The stored id: 32 bytes.</summary>
    internal byte[] Id { get; }

    /// <summary>The period of this id (<see cref="IdentityPeriod"/>); empty: the id never changes.</summary>
    internal string Period { get; }

    /// <summary>The first moment at which this id is over; default: never.</summary>
    internal DateTime Ends { get; }

    /// <summary>
    /// Reads the secret, or makes it if there is none or its period is over. Null if it cannot be kept.
    /// </summary>
    internal static Installation? Open(
        StateFolder state, string tool, SdkEnvironment environment, IdentityRotation rotation = IdentityRotation.Never)
    {
        var path = state.Installation;
        var secret = Read(path, out var exists, out var current);
        var period = "";
        DateTime ends = default;
        if (rotation != IdentityRotation.Never)
        {
            var now = environment.Now;
            (period, ends) = (IdentityPeriod.NameAt(now, rotation), IdentityPeriod.EndAt(now, rotation));
            if (secret is not null && current != period)
                return Rotation.Begin(state, tool, period, ends);
        }

        if (secret is null && exists)
        {
            // An incomplete secret: another process is just making it (on a file system without hard links), or the
            // file is damaged for good.
            if (MayBeBeingMade(path, environment.Now))
                return null;
            File.Delete(path);
        }

        secret ??= Create(path, period);
        return secret is null ? null : new Installation(tool, secret, period, ends);
    }

    /// <summary>
    /// Tries what <see cref="Open"/> would do to the file, and changes nothing. Throws if that would fail.
    /// </summary>
    /// <exception cref="IOException">The secret cannot be read, made or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    internal static void Probe(StateFolder state, SdkEnvironment environment, IdentityRotation rotation)
    {
        var path = state.Installation;
        var now = environment.Now;
        var secret = Read(path, out var exists, out var period);
        if (secret is null && exists && MayBeBeingMade(path, now))
            throw new IOException(
                path + ": the file is incomplete; the first event a minute after it was written replaces it");
        var isOver = rotation != IdentityRotation.Never && period != IdentityPeriod.NameAt(now, rotation);
        if (secret is null || isOver)
            StateFolder.ProbeReplace(path);
    }

    /// <summary>Reads the secret; null if there is none.</summary>
    internal static Installation? Find(StateFolder state, string tool) =>
        Read(state.Installation, out _, out var period) is { } secret
            ? new Installation(tool, secret, period)
            : null;

    /// <summary>
    /// A new secret for that period, in place of the one in the file. The caller holds the rotation's lock.
    /// </summary>
    internal static Installation Replace(StateFolder state, string tool, string period, DateTime ends)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretLength);
        StateFolder.Replace(state.Installation, TextOf(secret, period).Written);
        return new Installation(tool, secret, period, ends);
    }

    /// <summary>The same id, known to end then.</summary>
    internal Installation Until(DateTime ends) => new(_tool, _secret, Period, ends);

    /// <summary>
    /// A digest of a value, under the secret or, with <paramref name="toolSalt"/>, under the tool's name.
    /// </summary>
    internal byte[] Digest(string value, bool toolSalt)
    {
        var hash = new ManagedSha256().Add(toolSalt ? "digest-tool"u8 : "digest"u8).Add(_tool).Add("\n"u8);
        return (toolSalt ? hash : hash.Add(_secret)).Add(value).Finish();
    }

    /// <summary>
    /// True if this installation is in a share of that many millionths (spec/settings.md). The secret decides, so the
    /// result never changes, and no other party can know or choose it.
    /// </summary>
    internal bool IsInShare(int millionths)
    {
        var hash = new ManagedSha256().Add("share"u8).Add(_tool).Add("\n"u8).Add(_secret).Finish();
        return BinaryPrimitives.ReadUInt32BigEndian(hash) * 1_000_000ul < (ulong)millionths << 32;
    }

    // A time in the future is no sign of it: the clock was wrong when the file was written, or is now.
    static bool MayBeBeingMade(string path, DateTime now) =>
        (now - File.GetLastWriteTimeUtc(path)).Duration() < MaxCreationTime;

    static LineBuffer TextOf(byte[] secret, string period)
    {
        var text = new LineBuffer(MaxFileBytes);
        text.AddHex(secret);
        text.Add((byte)'\n');
        if (period.Length > 0)
        {
            text.Add(System.Text.Encoding.ASCII.GetBytes(period));
            text.Add((byte)'\n');
        }

        return text;
    }

    static byte[]? Create(string path, string period)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretLength);
        var temporary = StateFolder.Temporary(path, TextOf(secret, period).Written);
        try
        {
            // Only one of two processes may win. On Unix the framework's move without overwrite checks first and then
            // renames, so both could win (observed); a hard link is one step. Without hard links the move must do.
            if (OperatingSystem.IsWindows() || !Libc.TryLink(temporary, path))
                StateFolder.Place(temporary, path, overwrite: false);
            else
                File.Delete(temporary);
            return secret;
        }
        catch (IOException) when (File.Exists(path))
        {
            return Read(path, out _, out _);
        }
    }

    // Whether the file exists comes from the same read: a file that another process makes just afterwards is not an
    // incomplete secret.
    static byte[]? Read(string path, out bool exists, out string period)
    {
        period = "";
        Span<byte> text = stackalloc byte[MaxFileBytes + 1];
        var length = RawFile.ReadStart(path, text);
        exists = length >= 0;
        if (length is < HexLength + 1 or > MaxFileBytes || text[HexLength] != '\n' || text[length - 1] != '\n')
            return null;
        if (length > HexLength + 1)
            period = System.Text.Encoding.ASCII.GetString(text[(HexLength + 1)..(length - 1)]);
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
