// SPDX-License-Identifier: MIT
// Homes, surroundings and lines for tests.

using System.Text;
using System.Threading.Channels;

namespace Tallymark.Tests;

/// <summary>A home folder of its own, with all that the SDK would see of the machine.</summary>
sealed class Home : IDisposable
{
    readonly Dictionary<string, string> _variables = [];
    bool _background;

    public Home()
    {
        Path = Directory.CreateTempSubdirectory("tallymark-test-").FullName;
        Program = Directory.CreateDirectory(System.IO.Path.Combine(Path, "program")).FullName;
        _variables["HOME"] = Path;
        SdkEnvironment = Make();
        State = StateFolder.Of(Tool, SdkEnvironment)!;
    }

    public string Path { get; }

    public string Program { get; }

    /// <summary>A policy for this home alone; none is there at first.</summary>
    public string PolicyFile => System.IO.Path.Combine(Path, "policy");

    public string ChoiceFile => System.IO.Path.Combine(Path, ".config", "tallymark", "sample-tool", "choice");

    public SdkEnvironment SdkEnvironment { get; private set; }

    public StateFolder State { get; }

    public Clock Clock { get; } = new();

    public StringBuilder Said { get; } = new();

    public StringBuilder Answered { get; } = new();

    public ToolDefinition Tool { get; set; } = SampleTelemetry.Tool;

    /// <summary>What generated code would tell of the fields.</summary>
    public string Texts { get; set; } = "";

    public HashSet<int> Terminals { get; } = [];

    /// <summary>The variables that a process of this home gets, and no others.</summary>
    public IReadOnlyDictionary<string, string> All => _variables;

    public string? this[string name]
    {
        set
        {
            if (value is null)
                _variables.Remove(name);
            else
                _variables[name] = value;
        }
    }

    /// <summary>The user sees the notice.</summary>
    public Home Agreed()
    {
        Receipt.Show(Tool, State, Clock.GetUtcNow().UtcDateTime, _ => { });
        return this;
    }

    /// <summary>An uploader has been here at that time and got settings without rules.</summary>
    public Home WithSettings(DateTimeOffset? time = null)
    {
        var answer = """{"tallymark":1,"lifetime_hours":168}"""u8.ToArray();
        var text = SettingsAnswer.ToText(answer, (time ?? Clock.GetUtcNow()).UtcDateTime)!;
        StateFolder.Replace(State.Settings, Encoding.ASCII.GetBytes(text));
        return this;
    }

    /// <summary>A process of this home uploads beside its work when that is due, as a library does.</summary>
    public Home InBackground()
    {
        _background = true;
        SdkEnvironment = Make();
        return this;
    }

    /// <summary>An entry for each upload in the background that has ended.</summary>
    public Channel<bool> Ended { get; } = Channel.CreateUnbounded<bool>();

    /// <summary>The next of them.</summary>
    public async Task End() => Assert.True(await Ended.Reader.ReadAsync(TestContext.Current.CancellationToken));

    public int Command(params string[] args) => TelemetryCommand.Run(Tool, args, Texts, SdkEnvironment);

    public TelemetryClient Start(params string[] args) => TelemetryClient.Start(Tool, args, SdkEnvironment);

    /// <summary>Records one event for each of the given actions, as one process would.</summary>
    public Home Record(params Action<WorkEvent>[] events)
    {
        using var client = Start();
        foreach (var act in events)
        {
            using var work = new WorkEvent(client);
            act(work);
            work.Succeed();
        }

        return this;
    }

    public Home RecordMany(int count)
    {
        using var client = Start();
        for (var i = 0; i < count; i++)
        {
            using var work = new WorkEvent(client);
            work.Items = i;
        }

        return this;
    }

    /// <summary>All whole lines of the spool.</summary>
    public List<string> Lines() => LinesIn(State.Spool);

    public static List<string> LinesIn(string folder)
    {
        var lines = new List<string>();
        if (!Directory.Exists(folder))
            return lines;
        foreach (var file in Directory.GetFiles(folder, "*.ndjson", SearchOption.AllDirectories))
        {
            // A descriptor without a lock: the file may belong to a process that lives.
            var text = Encoding.UTF8.GetString(Unlocked(file));
            lines.AddRange(text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return lines;
    }

    public string Spool(string name, string content)
    {
        StateFolder.Make(State.Spool);
        var path = System.IO.Path.Combine(State.Spool, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    static byte[] Unlocked(string file)
    {
        var copy = System.IO.Path.GetTempFileName();
        using (var cp = System.Diagnostics.Process.Start("cp", [file, copy]))
            cp.WaitForExit();
        var bytes = File.ReadAllBytes(copy);
        File.Delete(copy);
        return bytes;
    }

    SdkEnvironment Make() => new()
    {
        Variables = name => _variables.GetValueOrDefault(name),
        ProgramFolder = Program,
        PolicyFile = PolicyFile,
        Time = Clock,
        Terminals = Terminals.Contains,
        Listener = text => Said.Append(text),
        Reader = text => Answered.Append(text),
        UploadsInBackground = _background,
        UploadEnded = () => Ended.Writer.TryWrite(true),
    };
}

/// <summary>A clock that stands still until it is moved, and its timers with it. Safe for all threads.</summary>
sealed class Clock : TimeProvider
{
    readonly Lock _gate = new();
    readonly List<Alarm> _alarms = [];
    DateTimeOffset _now = new(2026, 11, 20, 10, 51, 21, 123, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Move(TimeSpan by) => MoveTo(GetUtcNow() + by);

    public void MoveTo(DateTimeOffset time)
    {
        List<Alarm> due;
        lock (_gate)
        {
            _now = time;
            due = _alarms.FindAll(alarm => alarm.Due <= time);
            _alarms.RemoveAll(alarm => alarm.Due <= time);
        }

        foreach (var alarm in due)
            alarm.Ring();
    }

    /// <summary>Rings once.</summary>
    sealed class Alarm(Clock clock, Action ring) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._now + dueTime;
                clock._alarms.Add(this);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
