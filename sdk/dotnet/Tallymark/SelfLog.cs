// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// Reports errors inside the SDK to one listener, so that they never reach the program. There is none by default.
/// </summary>
static class SelfLog
{
    /// <summary>Called on the thread where the error occurred; must not throw.</summary>
    internal static Action<string, Exception?>? Listener { get; set; }

    internal static void Report(string message, Exception? cause = null) => Listener?.Invoke(message, cause);
}
