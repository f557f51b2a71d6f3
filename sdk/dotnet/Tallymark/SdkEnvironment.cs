// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;

namespace Tallymark;

/// <summary>
/// The parts of the machine that the SDK reads: variables, clock, program folder, terminals. Tests replace it.
/// </summary>
sealed class SdkEnvironment
{
    static SdkEnvironment? _real;

    readonly TimeProvider? _time;
    string? _home;

    /// <summary>
    /// This process. It and most of its values are made on first use, so that a short run pays only for what it needs.
    /// </summary>
    internal static SdkEnvironment Real
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _real ??= new SdkEnvironment();
    }

    /// <summary>Set by Tallymark.Testing: gives the environment of a tool's own test, or null outside one.</summary>
    internal static Func<SdkEnvironment?>? OfTests { get; set; }

    /// <summary>The environment of a run or command that begins now.</summary>
    internal static SdkEnvironment Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => OfTests?.Invoke() ?? Real;
    }

    /// <summary>Set in a tool's own tests: takes the lines instead of the disk, for a user who has agreed.</summary>
    internal ICapture? Capture { get; init; }

    internal TimeProvider Time { get => _time ?? TimeProvider.System; init => _time = value; }

    /// <summary>
    /// Now, in UTC. Not from <see cref="TimeProvider.System"/>: for it each short run would prepare ten methods more.
    /// </summary>
    internal DateTime Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _time is null ? DateTime.UtcNow : _time.GetUtcNow().UtcDateTime;
    }

    /// <summary>A timestamp of the monotonic clock, for <see cref="Since"/>.</summary>
    internal long Timestamp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _time is null ? Stopwatch.GetTimestamp() : _time.GetTimestamp();
    }

    internal string ProgramFolder { get => field ?? AppContext.BaseDirectory; init; }

    /// <summary>The organisation's policy file. Only a test inside this process can change the path.</summary>
    internal string PolicyFile { get => field ??= Policy.DefaultPath(); init; }

    /// <summary>The uploader's timeout for a connection. Default: 10 seconds.</summary>
    internal TimeSpan ConnectTimeout { get => field == default ? TimeSpan.FromSeconds(10) : field; init; }

    /// <summary>The uploader's timeout for a whole request with its answer. Default: 60 seconds.</summary>
    internal TimeSpan AnswerTimeout { get => field == default ? TimeSpan.FromSeconds(60) : field; init; }

    /// <summary>False in a test that must not upload in the background.</summary>
    internal bool UploadsInBackground { get; set; } = true;

    /// <summary>Set in tests: called on the thread of a background upload when it has ended.</summary>
    internal Action? UploadEnded { get; init; }

    /// <summary>
    /// Set in tests, like an entry in a table of hosts: where a connection to an endpoint leads. No variable and no
    /// public member sets it. Null: to the endpoint.
    /// </summary>
    internal Func<Uri, Uri>? Network { get; set; }

    /// <summary>Set in tests; null: this process's environment.</summary>
    internal Func<string, string?>? Variables { get; init; }

    /// <summary>Set in tests; null: this process's descriptors. Given 0 or 2.</summary>
    internal Func<int, bool>? Terminals { get; init; }

    /// <summary>Set in tests; null: standard error.</summary>
    internal Action<string>? Listener { get; init; }

    /// <summary>Set in tests; null: standard output.</summary>
    internal Action<string>? Reader { get; init; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal string? Variable(string name) =>
        Variables is null ? Environment.GetEnvironmentVariable(name) : Variables(name);

    /// <summary>The user's home folder; null if there is none, because a home is never created.</summary>
    internal string? Home
    {
        get
        {
            var home = HomeFolders.Absolute(Variable("HOME"));
            if (home is null || home == _home)
                return home;
            return RawFile.FolderExists(home) ? _home = home : null;
        }
    }

    /// <summary>True if standard input (0) or standard error (2) is a terminal.</summary>
    internal bool IsTerminal(int descriptor)
    {
        if (Terminals is not null)
            return Terminals(descriptor);
        if (OperatingSystem.IsWindows())
            return descriptor == 0 ? !Console.IsInputRedirected : !Console.IsErrorRedirected;
        return Libc.IsTerminal(descriptor);
    }

    /// <summary>The time that has passed since a <see cref="Timestamp"/>.</summary>
    internal TimeSpan Since(long timestamp) =>
        _time is null ? Stopwatch.GetElapsedTime(timestamp) : _time.GetElapsedTime(timestamp);

    /// <summary>Writes a message for people to standard error.</summary>
    /// <exception cref="IOException">It was not written: a closed descriptor, a full disk, a broken pipe.</exception>
    internal void Say(string text) => Write(Listener, text, StandardStream.Error);

    /// <summary>Writes a command's answer to standard output.</summary>
    /// <exception cref="IOException">It was not written: a closed descriptor, a full disk, a broken pipe.</exception>
    internal void Answer(string text) => Write(Reader, text, StandardStream.Output);

    /// <summary>
    /// True for every value except empty, <c>0</c>, <c>false</c>, <c>no</c> and <c>off</c>. Case and surrounding blanks
    /// are ignored.
    /// </summary>
    internal static bool SaysYes(string? value)
    {
        // Strings, not spans: the span helpers would load one more assembly into every run, even one that is off.
        var text = value?.Trim();
        return !(string.IsNullOrEmpty(text) || text is "0"
            || text.Equals("false", StringComparison.OrdinalIgnoreCase)
            || text.Equals("no", StringComparison.OrdinalIgnoreCase)
            || text.Equals("off", StringComparison.OrdinalIgnoreCase));
    }

    static void Write(Action<string>? to, string text, int descriptor)
    {
        if (to is not null)
            to(text);
        else
            StandardStream.Write(descriptor, Encoding.UTF8.GetBytes(text));
    }
}
