// SPDX-License-Identifier: MIT
// Access tokens at rest: only their SHA-256 is kept, so that the file gives nobody access.

using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Access;

/// <summary>
/// The file <c>tokens.json</c> of a data folder. A token has 256 random bits, so a plain hash is enough: there is
/// nothing to guess. Reading is safe from any thread and sees a new token at once; adding is safe from any process.
/// </summary>
public sealed class TokenFile(DataFolder folder)
{
    const string Prefix = "tallymark_"; // lets secret scanners find a token that was committed by mistake

    readonly string _path = folder.Tokens;

    /// <summary>Makes a token and keeps its hash.</summary>
    /// <returns>The token; it can't be had again.</returns>
    /// <exception cref="IOException">
    /// The file can't be read or written, or another process is adding a token right now.
    /// </exception>
    public string Add(DateTimeOffset now)
    {
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        using var alone = DataFolder.OpenFile(_path + ".lock", FileMode.OpenOrCreate);
        var tokens = Read();
        tokens.Add((Hash(token), now));
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            Write(json, tokens);
        text.Write("\n"u8);
        DataFolder.Write(_path, text.WrittenSpan);
        return token;
    }

    /// <summary>Whether a token was made here. The time it takes does not tell how near a wrong one was.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public bool Holds(string token)
    {
        var hash = Hash(token);
        var found = false;
        foreach (var (known, _) in Read())
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        return found;
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    static void Write(Utf8JsonWriter json, List<(byte[] Hash, DateTimeOffset Created)> tokens)
    {
        json.WriteStartObject();
        json.WriteNumber("tallymark", 1);
        json.WriteStartArray("tokens");
        foreach (var (hash, created) in tokens)
        {
            json.WriteStartObject();
            json.WriteString("sha256", Convert.ToHexStringLower(hash));
            json.WriteString("created", Times.Second(created));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    List<(byte[] Hash, DateTimeOffset Created)> Read()
    {
        var tokens = new List<(byte[], DateTimeOffset)>();
        if (!File.Exists(_path))
            return tokens;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            foreach (var token in document.RootElement.GetProperty("tokens").EnumerateArray())
            {
                tokens.Add((
                    Convert.FromHexString(token.GetProperty("sha256").GetString()!),
                    token.GetProperty("created").GetDateTimeOffset()));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentNullException)
        {
            throw new IOException($"{_path} is damaged; put it right, or delete it and make new tokens.", e);
        }

        return tokens;
    }
}
