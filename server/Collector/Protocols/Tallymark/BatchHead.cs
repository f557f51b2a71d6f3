// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Collector.Protocols;

/// <summary>The head line of a batch (spec/wire.md).</summary>
/// <param name="Batch">The batch's id, made by the client.</param>
/// <param name="Tool">The tool's name as the client wrote it. It is only compared, never part of a path.</param>
/// <param name="Events">How many event lines follow, at least one.</param>
readonly record struct BatchHead(Guid Batch, string Tool, int Events)
{
    public static bool TryRead(ReadOnlySpan<byte> line, out BatchHead head)
    {
        head = default;
        try
        {
            return JsonLine.IsPlain(line) && TryReadMembers(line, out head);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool TryReadMembers(ReadOnlySpan<byte> line, out BatchHead head)
    {
        head = default;
        var json = JsonLine.Open(line);
        if (!JsonLine.TryFormat(ref json)
            || !JsonLine.TryMember(ref json, "batch"u8, JsonTokenType.String)
            || !AsciiText.TryUuid(json.ValueSpan, out var batch)
            || !JsonLine.TryMember(ref json, "tool"u8, JsonTokenType.String) || json.GetString() is not { } tool
            || !JsonLine.TryMember(ref json, "events"u8, JsonTokenType.Number)
            || !json.TryGetInt32(out var events) || events < 1
            || !json.Read() || json.TokenType != JsonTokenType.EndObject || json.Read())
        {
            return false;
        }

        head = new BatchHead(batch, tool, events);
        return true;
    }
}
