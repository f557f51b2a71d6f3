// SPDX-License-Identifier: MIT
// All that the SDK takes from the machine without asking a file: variables, clock, folder of the program, terminals.

using System;
using System.Text;
using Tallymark.Consent;

namespace Tallymark;

/// <summary>What a test may replace; the real one stands for this process.</summary>
sealed class Surroundings
{
    internal static readonly Surroundings Real = new();

    /// <summary>Set by Tallymark.Testing: gives what stands in the place of this process in a tool's own test, else null.</summary>
    internal static Func<Surroundings?>? OfTests { get; set; }

    /// <summary>What a run or a verb that begins now looks at.</summary>
    internal static Surroundings Current => OfTests?.Invoke() ?? Real;

    /// <summary>Set in a tool's own tests: takes the lines in the place of the disk, for a user who has agreed.</summary>
    internal ICapture? Capture { get; init; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>The organisation's policy file. Only a test within this process can move it.</summary>
    internal string PolicyFile { get; init; } = Policy.Place();

    /// <summary>How long the uploader waits for a connection.</summary>
    internal TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the uploader waits for the whole of an exchange.</summary>
    internal TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>False in a test that does not want an upload beside it.</summary>
    internal bool UploadsInBackground { get; init; } = true;

    /// <summary>Set in tests: called on the thread of an upload in the background when that has ended.</summary>
    internal Action? UploadEnded { get; init; }

    /// <summary>Set in tests; null: this process's environment.</summary>
    internal Func<string, string?>? Variables { get; init; }

    /// <summary>Set in tests; null: this process's descriptors. Given 0 or 2.</summary>
    internal Func<int, bool>? Terminals { get; init; }

    /// <summary>Set in tests; null: standard error.</summary>
    internal Action<string>? Listener { get; init; }

    /// <summary>Set in tests; null: standard output.</summary>
    internal Action<string>? Reader { get; init; }

    internal string? Variable(string name) =>
        Variables is null ? Environment.GetEnvironmentVariable(name) : Variables(name);

    /// <summary>True if standard input (0) or standard error (2) is a terminal.</summary>
    internal bool IsTerminal(int descriptor)
    {
        if (Terminals is not null)
            return Terminals(descriptor);
        if (OperatingSystem.IsWindows())
            return descriptor == 0 ? !Console.IsInputRedirected : !Console.IsErrorRedirected;
        return Libc.IsTerminal(descriptor);
    }

    /// <summary>Says something to people: on standard error.</summary>
    internal void Say(string text) => Write(Listener, text, answer: false);

    /// <summary>Answers what a person asked with a command: on standard output.</summary>
    internal void Answer(string text) => Write(Reader, text, answer: true);

    /// <summary>
    /// True for all but empty, <c>0</c>, <c>false</c> and, with <paramref name="words"/>, <c>no</c> and <c>off</c>;
    /// blanks around and case do not count.
    /// </summary>
    internal static bool SaysYes(string? value, bool words)
    {
        // With strings: the helpers of spans would load one more assembly into every run, also one that is switched off.
        var text = value?.Trim();
        if (string.IsNullOrEmpty(text) || text is "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase))
            return false;
        return !words || !(text.Equals("no", StringComparison.OrdinalIgnoreCase)
            || text.Equals("off", StringComparison.OrdinalIgnoreCase));
    }

    static void Write(Action<string>? to, string text, bool answer)
    {
        if (to is not null)
        {
            to(text);
            return;
        }

        using var stream = answer ? Console.OpenStandardOutput() : Console.OpenStandardError();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
