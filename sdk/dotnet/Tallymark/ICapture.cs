// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// Takes the lines of a run in a tool's own tests (Tallymark.Testing), instead of the disk. Called under the client's
/// lock, on the thread that records; must not throw.
/// </summary>
interface ICapture
{
    /// <summary>A run of a tool begins.</summary>
    void Began(TelemetryClient client, ToolDefinition tool);

    /// <summary>An event has ended: its whole line with the LF, as the spool would contain it.</summary>
    void Recorded(ReadOnlySpan<byte> line);
}
