// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>
/// Erases what was not sent, and the secret, when telemetry is switched off permanently. The proofs of past ids stay;
/// receipts, and what was sent or rejected, stay for `telemetry log`. Can be killed at any point and run again.
/// </summary>
static class UnsentData
{
    /// <summary>Erases in the folders of all recipients, except folders of another user.</summary>
    /// <exception cref="IOException">Something could not be removed.</exception>
    internal static void Erase(ToolDefinition declared, SdkEnvironment environment)
    {
        foreach (var state in StateFolder.AllOf(declared, environment))
        {
            if (Directory.Exists(state.Path) && state.IsOurs())
                Erase(state, declared.Tool);
        }
    }

    /// <summary>
    /// Erases in one folder. Order: the proof is written before the secret is deleted, and the events are deleted
    /// before the secret.
    /// </summary>
    internal static void Erase(StateFolder state, string tool)
    {
        if (Installation.Find(state, tool) is { } installation)
            ProofFile.Add(state, Convert.ToHexStringLower(installation.Proof));
        string[] folders =
            [state.Spool, state.Building, state.Batches, state.Splitting, state.Damaged, state.In("dropping")];
        foreach (var folder in folders)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }

        // Existence checks, so that a run after the first erasure costs no more than these.
        foreach (var file in (string[])[state.Installation, state.Due, state.In("dropped")])
        {
            if (File.Exists(file))
                File.Delete(file);
        }
    }
}
