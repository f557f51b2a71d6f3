// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// Tries each step that an event takes to the disk, for a person who asks why nothing is recorded: the secret, the
/// spool, the upload's time, in the order of <see cref="TelemetryClient"/>.
/// </summary>
static class RecordPath
{
    /// <summary>
    /// The first step that fails, with its file, as a clause; null: an event can be written. Records nothing; makes the
    /// folder of the spool if there is none. Call it only if the user has agreed: before that there is no folder.
    /// </summary>
    internal static string? WhyNot(StateFolder? state, ToolDefinition tool, SdkEnvironment environment)
    {
        if (state is null)
            return null;
        try
        {
            Installation.Probe(state, environment, tool.Rotation);
            SpoolFile.Probe(state.Spool);
            DueFile.Probe(state.Due, environment.Now);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }
}
