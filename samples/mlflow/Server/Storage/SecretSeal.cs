// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;

namespace Mlflow.Server.Storage;

/// <summary>
/// Encrypts providers' keys, so that a copy of the database alone does not contain them. The key is a file beside the
/// database that only this user can read.
/// </summary>
sealed class SecretSeal(string folder)
{
    const int KeyBytes = 32;
    const int NonceBytes = 12;
    const int TagBytes = 16;

    readonly byte[] _key = OpenKey(Path.Combine(folder, "gateway.key"));

    /// <summary>Nonce, tag and encrypted text.</summary>
    public byte[] Seal(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    static byte[] OpenKey(string file)
    {
        if (File.Exists(file))
            return File.ReadAllBytes(file);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(key);
        return key;
    }
}
