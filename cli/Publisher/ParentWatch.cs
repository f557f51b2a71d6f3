// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.Cli;

/// <summary>
/// Ends this process when its parent ends, however that happens: standard input is a pipe from the parent, to which
/// nothing is written, and the kernel closes it. A publisher that is killed leaves each file complete or not at all.
/// </summary>
static class ParentWatch
{
    /// <summary>The hidden option that starts it. Only <c>tallymark serve</c> passes it.</summary>
    public const string Option = "--end-with-input";

    /// <summary>Watches on a thread of its own.</summary>
    public static void Start() => new Thread(WaitForTheEnd) { IsBackground = true, Name = "parent watch" }.Start();

    static void WaitForTheEnd()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                // Nothing is sent.
            }
        }
        catch (IOException)
        {
            // The pipe is gone too.
        }

        // Without a clean-up, which would wait for whatever this process is doing.
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
