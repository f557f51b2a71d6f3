// SPDX-License-Identifier: MIT
// Where a run's lines go in a tool's own tests (Tallymark.Testing), in the place of the disk.

namespace Tallymark;

/// <summary>Called under the client's lock, on the thread that records; must not throw.</summary>
interface ICapture
{
    /// <summary>A run of a tool begins.</summary>
    void Began(TelemetryClient client, ToolDefinition tool);

    /// <summary>An event ended: its whole line with the LF, as it would stand in the spool.</summary>
    void Recorded(ReadOnlySpan<byte> line);
}
