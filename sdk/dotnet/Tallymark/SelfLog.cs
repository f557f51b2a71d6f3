// SPDX-License-Identifier: MIT
// The one place where trouble inside the SDK goes, so that it never goes into the program.

namespace Tallymark;

/// <summary>Tells what went wrong to one listener; by default nobody listens.</summary>
static class SelfLog
{
    /// <summary>Called on the thread that met the trouble; must not throw.</summary>
    internal static Action<string, Exception?>? Listener { get; set; }

    internal static void Report(string what, Exception? cause = null) => Listener?.Invoke(what, cause);
}
