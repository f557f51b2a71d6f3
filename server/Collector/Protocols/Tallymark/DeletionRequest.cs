// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text.Json;

namespace Tallymark.Collector.Protocols;

/// <summary>The body of a deletion request (spec/wire.md, "Deletion").</summary>
/// <param name="Tool">The tool's name as the client wrote it. It is only compared.</param>
/// <param name="Installations">The stored ids that follow from the proofs, each once, 64 hexadecimal digits.</param>
sealed record DeletionRequest(string Tool, IReadOnlyList<string> Installations)
{
    const int ProofLength = 32;

    /// <summary>Reads a body; null if it does not have the form.</summary>
    public static DeletionRequest? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonLine.IsPlain(body) ? ReadMembers(body) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static DeletionRequest? ReadMembers(ReadOnlySpan<byte> body)
    {
        var json = JsonLine.Open(body);
        if (!JsonLine.TryFormat(ref json)
            || !JsonLine.TryMember(ref json, "tool"u8, JsonTokenType.String) || json.GetString() is not { } tool
            || !JsonLine.TryMember(ref json, "proofs"u8, JsonTokenType.StartArray))
        {
            return null;
        }

        var ids = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            if (!TryId(json.ValueSpan, out var id) || !known.Add(id))
                return null;
            ids.Add(id);
        }

        return json.TokenType == JsonTokenType.EndArray && ids.Count > 0
            && json.Read() && json.TokenType == JsonTokenType.EndObject && !json.Read()
            ? new DeletionRequest(tool, ids)
            : null;
    }

    // spec/spool.md: id = SHA-256("installation" and the proof). A proof can't be computed from an id.
    static bool TryId(ReadOnlySpan<byte> text, out string id)
    {
        id = "";
        if (text.Length != ProofLength * 2 || text.IndexOfAnyExcept(AsciiText.LowerHex) >= 0)
            return false;
        Span<byte> content = stackalloc byte["installation".Length + ProofLength];
        "installation"u8.CopyTo(content);
        Convert.FromHexString(text, content["installation".Length..], out _, out _);
        id = Convert.ToHexStringLower(SHA256.HashData(content));
        return true;
    }
}
