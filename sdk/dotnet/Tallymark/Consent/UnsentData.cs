// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>
/// Erases what was not sent, and the secret, when telemetry is switched off permanently. The proofs of past ids stay;
/// receipts, and what was sent or rejected, stay for `telemetry log`. Can be killed at any point and run again.
/// </summary>
static class UnsentData
{
    /// <summary>
    /// Erases in the folders of all recipients, except folders of another user. A folder that fails does not prevent
    /// the others.
    /// </summary>
    /// <exception cref="IOException">Something could not be removed; the rest was.</exception>
    internal static void Erase(ToolDefinition declared, SdkEnvironment environment)
    {
        Exception? failure = null;
        foreach (var state in StateFolder.AllOf(declared, environment))
        {
            if (Directory.Exists(state.Path) && state.IsOurs())
                Try(() => Erase(state, declared.Tool), ref failure);
        }

        Throw(failure);
    }

    /// <summary>
    /// Erases in one folder. Order: the events are deleted before the secret, and the proof is written before that. If
    /// the proof cannot be written, the secret stays, because what was sent could not be deleted without it.
    /// </summary>
    /// <exception cref="IOException">Something could not be removed; the rest was.</exception>
    internal static void Erase(StateFolder state, string tool)
    {
        Exception? failure = null;
        string[] folders =
            [state.Spool, state.Building, state.Batches, state.Splitting, state.Damaged, state.In("dropping")];
        foreach (var folder in folders)
        {
            if (Directory.Exists(folder))
                Empty(folder, ref failure);
        }

        // Existence checks, so that a run after the first erasure costs no more than these.
        foreach (var file in (string[])[
            state.Due, state.In("dropped"), state.In("renewed"), state.In("answer")])
        {
            if (File.Exists(file))
                Try(() => File.Delete(file), ref failure);
        }

        if (File.Exists(state.Installation))
            Try(() => EraseSecret(state, tool), ref failure);
        Throw(failure);
    }

    // First the content: where the folder itself cannot be removed, the framework's recursive removal leaves all of it.
    static void Empty(string folder, ref Exception? failure)
    {
        foreach (var path in Directory.GetFileSystemEntries(folder))
        {
            if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
                Empty(path, ref failure);
            else
                Try(() => File.Delete(path), ref failure);
        }

        Try(() => Directory.Delete(folder), ref failure);
    }

    static void EraseSecret(StateFolder state, string tool)
    {
        // Another kind of file has no secret.
        if (Libc.IsOwnFile(state.Installation) && Installation.Find(state, tool) is { } installation)
            ProofFile.Add(state, Convert.ToHexStringLower(installation.Proof));
        File.Delete(state.Installation);
    }

    static void Try(Action step, ref Exception? failure)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure ??= e;
        }
    }

    static void Throw(Exception? failure)
    {
        if (failure is not null)
            throw new IOException(failure.Message, failure);
    }
}
