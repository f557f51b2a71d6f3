// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Upload;

/// <summary>
/// Reports to the collector how many events were dropped here: in a separate event, each dropped event once
/// (spec/spool.md, "Caps"). Used by the one uploader that holds the lock. It 1. notes the name under which it will
/// report; 2. puts the complete file there by a rename; 3. notes that everything is reported. If it is killed in
/// between, <see cref="Recover"/> checks whether the file exists.
/// </summary>
sealed class DroppedReport(ToolDefinition tool, StateFolder state, SdkEnvironment environment)
{
    /// <summary>
    /// True if there is something to report. Whether it may be reported is checked when the report is written.
    /// </summary>
    internal static bool IsDue(ToolDefinition tool, StateFolder state) =>
        tool.Dropped is not null && DroppedFile.Read(state) is var file && file.Events > file.Reported;

    /// <summary>
    /// Completes the work of a killed uploader. Call it before anything is sent, since only an uploader can move a
    /// report away from where it was put.
    /// </summary>
    internal void Recover()
    {
        var file = DroppedFile.Read(state);
        if (file.Report is null)
            return;
        var name = file.Report + SpoolFile.Ending;
        var found = Directory.GetFiles(state.Path, name, SearchOption.AllDirectories).Length > 0;
        (file with { Reported = found ? file.Events : file.Reported, Report = null }).Write(state);
    }

    /// <summary>
    /// Puts a report into the spool if there is anything to report, the user has agreed to the event that reports it,
    /// and the recipient does not stop that event. The caller has asked for consent.
    /// </summary>
    /// <returns>The line of the event to send, with LF; null: there is nothing to report.</returns>
    internal string? Write(Agreement agreement, Choice choice, RemoteSettings settings)
    {
        var file = DroppedFile.Read(state);
        if (file.Events <= file.Reported
            || Line(file.Events - file.Reported, agreement, choice, settings) is not { Overflowed: false } line)
            return null;
        var name = SpoolFile.Name(Installation.Find(state, tool.Tool)?.Period ?? "");
        (file with { Report = name }).Write(state);
        StateFolder.Make(state.Spool);
        var temporary = StateFolder.Temporary(state.In(name), line.Written);
        StateFolder.Place(temporary, Path.Combine(state.Spool, name + SpoolFile.Ending), overwrite: false);
        (file with { Reported = file.Events }).Write(state);
        return Encoding.UTF8.GetString(line.Written);
    }

    // Null if it may not be reported, or the manifest declares no event for it.
    LineBuffer? Line(long events, Agreement agreement, Choice choice, RemoteSettings settings)
    {
        var scope = new RecordingScope(tool, agreement, choice.Withheld, settings);
        if (tool.Dropped?.Invoke() is not { } shape || scope.Of(shape) is not { } eventScope
            || Installation.Find(state, tool.Tool) is not { } installation)
            return null;
        var line = new LineBuffer(SpoolLine.MaxBytes);
        var count = new DroppedCount(shape, events) { Began = environment.Now };
        SpoolLine.Write(
            line, count, tool, scope, eventScope, new BuiltInFields(tool, environment), installation);
        return line;
    }

    /// <summary>The event of the report. Common fields that only the program can fill are left out.</summary>
    sealed class DroppedCount(EventDefinition shape, long events) : SpoolLineSource(shape)
    {
        internal override bool AddValue(LineBuffer line, int slot, BuiltInFields builtIn, Installation installation)
        {
            var kind = Shape.Fields[slot].Kind;
            return kind == FieldKind.Dropped
                ? Values.Count(line, events, [])
                : kind > FieldKind.OwnDuration && builtIn.Add(line, kind, installation);
        }
    }
}
