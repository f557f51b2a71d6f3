// SPDX-License-Identifier: MIT
// Tells the collector how many events were dropped here: in an event of its own, each of them once (spec/spool.md, "Caps").

namespace Tallymark.Upload;

/// <summary>
/// Works for the one uploader under the lock. 1. notes under which name it will report; 2. puts the whole file there by a
/// rename; 3. notes that all was told. Killed between two of them, <see cref="Recover"/> looks whether the file is there.
/// </summary>
sealed class DroppedReport(ToolDefinition tool, StateFolder state, SdkEnvironment surroundings)
{
    /// <summary>True if there is something to tell; whether it may be told is seen when it is.</summary>
    internal static bool IsDue(ToolDefinition tool, StateFolder state) =>
        tool.Dropped is not null && DroppedFile.Read(state) is var file && file.Events > file.Reported;

    /// <summary>
    /// Ends what a killed uploader began. Called before anything is sent, since only an uploader can take a report from
    /// where it was put.
    /// </summary>
    internal void Recover()
    {
        var file = DroppedFile.Read(state);
        if (file.Report is null)
            return;
        var found = Directory.GetFiles(state.Path, file.Report + SpoolFile.Ending, SearchOption.AllDirectories).Length > 0;
        (file with { Reported = found ? file.Events : file.Reported, Report = null }).Write(state);
    }

    /// <summary>
    /// Puts a report into the spool, if there is anything to tell, the user has agreed to the event that tells it, and the
    /// recipient does not stop it. The caller has asked for consent.
    /// </summary>
    /// <returns>True if there is one to send.</returns>
    internal bool Write(Agreement agreement, Choice choice, RemoteSettings settings)
    {
        var file = DroppedFile.Read(state);
        if (file.Events <= file.Reported || Line(file.Events - file.Reported, agreement, choice, settings) is not { Overflowed: false } line)
            return false;
        var name = StateFolder.RandomName();
        (file with { Report = name }).Write(state);
        var temporary = StateFolder.Temporary(state.In(name), line.Written);
        StateFolder.Make(state.Spool);
        File.Move(temporary, Path.Combine(state.Spool, name + SpoolFile.Ending));
        (file with { Reported = file.Events }).Write(state);
        return true;
    }

    // Null where it may not be told, or nobody declared how.
    LineBuffer? Line(long events, Agreement agreement, Choice choice, RemoteSettings settings)
    {
        var all = new RecordingScope(tool, agreement, choice.Withheld, settings);
        if (tool.Dropped?.Invoke() is not { } shape || all.Of(shape) is not { } permit
            || Installation.Find(state, tool.Tool) is not { } installation)
            return null;
        var line = new LineBuffer(TelemetryClient.LongestLine);
        var now = surroundings.Now;
        TelemetryEvent.WriteHead(line, tool, all, permit, now, "unknown");
        var own = new BuiltInFields(tool, surroundings);
        var first = true;
        for (var slot = 0; slot < shape.Fields.Length; slot++)
        {
            var (before, kind) = (line.Length, shape.Fields[slot].Kind);
            if (!permit.Allows(slot) || shape.Fields[slot].IsOver(now))
                continue;
            if (!first)
                line.Add((byte)',');
            line.AddQuoted(shape.Fields[slot].Name);
            line.Add((byte)':');
            var start = line.Length;
            if (!AddValue(line, kind, events, own, installation))
            {
                line.CutTo(before);
                continue;
            }

            first = false;
            if (permit.ValuesOf(slot) is { } agreed)
                Narrowing.Apply(line, start, kind, agreed);
        }

        line.Add("}}\n"u8);
        return line;
    }

    // What only the program knows, a common field, stays out.
    static bool AddValue(LineBuffer line, FieldKind kind, long events, BuiltInFields own, Installation installation) =>
        kind == FieldKind.Dropped ? Values.Count(line, events, []) : kind > FieldKind.OwnDuration && own.Add(line, kind, installation);
}
