// SPDX-License-Identifier: MIT
// What goes when somebody says no for good: all that was not sent, and the secret. The proofs of past ids stay.

namespace Tallymark.Consent;

/// <summary>Can be killed at any point and run again. Receipts, and what was sent or rejected, stay for `telemetry log`.</summary>
static class Wipe
{
    /// <summary>Wipes the folders of every recipient; one that belongs to somebody else is left alone.</summary>
    /// <exception cref="IOException">Something could not be removed.</exception>
    internal static void Run(ToolDefinition declared, SdkEnvironment surroundings)
    {
        foreach (var state in StateFolder.AllOf(declared, surroundings))
        {
            if (Directory.Exists(state.Path) && state.IsOurs())
                Run(state, declared.Tool);
        }
    }

    /// <summary>Wipes one folder: the proof is safe before its secret goes, the events go before the secret.</summary>
    internal static void Run(StateFolder state, string tool)
    {
        if (Installation.Find(state, tool) is { } installation)
            Proofs.Add(state, Convert.ToHexStringLower(installation.Proof));
        foreach (var folder in (string[])[state.Spool, state.Building, state.Batches, state.Splitting, state.Damaged, state.In("dropping")])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }

        // Once wiped, a run has nothing to ask of the system but whether there is anything.
        foreach (var file in (string[])[state.Installation, state.Due, state.In("dropped")])
        {
            if (File.Exists(file))
                File.Delete(file);
        }
    }
}
