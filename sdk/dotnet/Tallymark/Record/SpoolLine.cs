// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// Writes the line of one event (spec/spool.md), whatever its source. Fields that the scope leaves out are never asked
/// for, and values outside the agreed lists are narrowed here, so no source can write more than the user has agreed to.
/// </summary>
static class SpoolLine
{
    /// <summary>The maximum length of a line, with its LF. Bytes.</summary>
    internal const int MaxBytes = 16_384;

    /// <summary>Adds the whole line with its LF. Allocates nothing, unless values are narrowed.</summary>
    internal static void Write(
        LineBuffer line, SpoolLineSource source, ToolDefinition tool, RecordingScope scope, EventScope eventScope,
        BuiltInFields builtIn, Installation installation)
    {
        var began = source.Began;
        WriteHead(line, tool, scope, eventScope, began, source.Status);
        var fields = eventScope.Shape.Fields;
        var first = true;
        for (var slot = 0; slot < fields.Length; slot++)
        {
            if (!eventScope.Allows(slot) || fields[slot].IsOver(began))
                continue;
            var before = line.Length;
            if (!first)
                line.Add((byte)',');
            line.AddQuoted(fields[slot].Name);
            line.Add((byte)':');
            var start = line.Length;
            if (source.AddValue(line, slot, builtIn, installation))
            {
                first = false;
                if (eventScope.AgreedValues(slot) is { } agreed && !line.Overflowed)
                    Narrowing.Apply(line, start, fields[slot].Kind, agreed);
            }
            else if (!line.Overflowed)
                line.CutTo(before);
        }

        line.Add("}}\n"u8);
    }

    static void WriteHead(
        LineBuffer line, ToolDefinition tool, RecordingScope scope, EventScope eventScope, DateTime began,
        string status)
    {
        line.Add("{\"tallymark\":1,\"tool\":"u8);
        line.AddQuoted(tool.Tool);
        line.Add(",\"manifest\":"u8);
        line.AddNumber(tool.Manifest);
        line.Add(",\"agreed\":"u8);
        line.AddQuoted(scope.Agreed);
        line.Add(",\"event\":"u8);
        line.AddQuoted(eventScope.Shape.Name);
        line.Add(",\"time\":\""u8);
        Values.Time(line, began, scope.Time);
        line.Add("\",\"status\":"u8);
        line.AddQuoted(status);
        if (eventScope.HasWithheld)
            AddWithheld(line, eventScope);
        line.Add(",\"fields\":{"u8);
    }

    static void AddWithheld(LineBuffer line, EventScope scope)
    {
        line.Add(",\"withheld\":["u8);
        var any = false;
        for (var slot = 0; slot < scope.Shape.Fields.Length; slot++)
        {
            if (!scope.IsWithheld(slot))
                continue;
            if (any)
                line.Add((byte)',');
            line.AddQuoted(scope.Shape.Fields[slot].Name);
            any = true;
        }

        line.Add((byte)']');
    }
}
