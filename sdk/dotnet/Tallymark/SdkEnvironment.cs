// SPDX-License-Identifier: MIT
// All that the SDK takes from the machine without asking a file: variables, clock, folder of the program, terminals.

using System.Diagnostics;
using System.Text;

namespace Tallymark;

/// <summary>What a test may replace; the real one stands for this process.</summary>
sealed class SdkEnvironment
{
    static SdkEnvironment? _real;

    readonly TimeProvider? _time;

    /// <summary>This process. Made when it is first asked for, as most of what it holds: each short run would pay for the rest.</summary>
    internal static SdkEnvironment Real => _real ??= new SdkEnvironment();

    /// <summary>Set by Tallymark.Testing: gives what stands in the place of this process in a tool's own test, else null.</summary>
    internal static Func<SdkEnvironment?>? OfTests { get; set; }

    /// <summary>What a run or a verb that begins now looks at.</summary>
    internal static SdkEnvironment Current => OfTests?.Invoke() ?? Real;

    /// <summary>Set in a tool's own tests: takes the lines in the place of the disk, for a user who has agreed.</summary>
    internal ICapture? Capture { get; init; }

    internal TimeProvider Time { get => _time ?? TimeProvider.System; init => _time = value; }

    /// <summary>Now, in UTC. Not by way of <see cref="TimeProvider.System"/>, for which each short run would make ten methods ready.</summary>
    internal DateTime Now => _time is null ? DateTime.UtcNow : _time.GetUtcNow().UtcDateTime;

    /// <summary>A moment of the monotonic clock, for <see cref="Since"/>.</summary>
    internal long Timestamp => _time is null ? Stopwatch.GetTimestamp() : _time.GetTimestamp();

    internal string ProgramFolder { get => field ?? AppContext.BaseDirectory; init; }

    /// <summary>The organisation's policy file. Only a test within this process can move it.</summary>
    internal string PolicyFile { get => field ??= Policy.Place(); init; }

    /// <summary>How long the uploader waits for a connection.</summary>
    internal TimeSpan ConnectTimeout { get => field == default ? TimeSpan.FromSeconds(10) : field; init; }

    /// <summary>How long the uploader waits for the whole of an exchange.</summary>
    internal TimeSpan AnswerTimeout { get => field == default ? TimeSpan.FromSeconds(60) : field; init; }

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

    /// <summary>What has passed since then.</summary>
    internal TimeSpan Since(long timestamp) => _time is null ? Stopwatch.GetElapsedTime(timestamp) : _time.GetElapsedTime(timestamp);

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
