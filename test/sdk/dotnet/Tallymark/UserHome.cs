// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace Tallymark.Tests;

/// <summary>A user's home folder, and everything else that the SDK reads from a machine.</summary>
sealed class UserHome : IDisposable
{
    /// <summary>The clock's time at the start of each test.</summary>
    public static readonly DateTimeOffset StartTime = new(2026, 11, 20, 10, 51, 21, 123, TimeSpan.Zero);

    readonly TempFolder _folder = new();
    bool _hadProcesses;
    readonly Dictionary<string, string> _variables = [];
    bool _background;

    public UserHome()
    {
        Program = _folder.Create("program");
        _variables["HOME"] = Path;
        SdkEnvironment = Make();
        State = StateFolder.Of(Tool, SdkEnvironment)!;
    }

    public string Path => _folder.Path;

    public string Program { get; }

    /// <summary>The policy file that this home sees; it does not exist at first.</summary>
    public string PolicyFile => _folder["policy"];

    public string ChoiceFile => _folder[".config/tallymark/sample-tool/choice"];

    public SdkEnvironment SdkEnvironment { get; private set; }

    public StateFolder State { get; }

    public FakeTimeProvider Clock { get; } = new(StartTime);

    public StringBuilder Said { get; } = new();

    public StringBuilder Answered { get; } = new();

    public ToolDefinition Tool { get; set; } = SampleTelemetry.Tool;

    /// <summary>The field descriptions that generated code would pass.</summary>
    public string Texts { get; set; } = "";

    public HashSet<int> Terminals { get; } = [];

    /// <summary>The only variables that a process of this home gets.</summary>
    public IReadOnlyDictionary<string, string> All
    {
        get
        {
            _hadProcesses = true;
            return _variables;
        }
    }

    /// <summary>
    /// Where this home's network leads connections to the endpoint, in this process and in the sample tool; null: to
    /// the endpoint.
    /// </summary>
    public string? Collector
    {
        get => _variables.GetValueOrDefault(SampleNetwork.Variable);
        set => this[SampleNetwork.Variable] = value;
    }

    /// <summary>The file that the choice is saved in beside <see cref="ChoiceFile"/>.</summary>
    public string SecondChoiceFile => System.IO.Path.Combine(State.Path, "choice");

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
    public UserHome Agreed()
    {
        Receipt.Show(Tool, State, Tool.Channels, Clock.GetUtcNow().UtcDateTime, Refusal.None, _ => { });
        return this;
    }

    /// <summary>An uploader received settings without rules at that time. Default: now.</summary>
    public UserHome WithSettings(DateTimeOffset? time = null)
    {
        var answer = """{"tallymark":1,"lifetime_hours":168}"""u8.ToArray();
        var text = SettingsAnswer.ToText(answer, (time ?? Clock.GetUtcNow()).UtcDateTime)!;
        StateFolder.Replace(State.Settings, Encoding.ASCII.GetBytes(text));
        return this;
    }

    /// <summary>
    /// Makes processes of this home upload in the background when an upload is due, as a library does.
    /// </summary>
    public UserHome InBackground()
    {
        _background = true;
        SdkEnvironment = Make();
        return this;
    }

    /// <summary>One entry for each background upload that has ended.</summary>
    public Channel<bool> Ended { get; } = Channel.CreateUnbounded<bool>();

    /// <summary>Waits for the end of the next background upload.</summary>
    public async Task End() => Assert.True(await Ended.Reader.ReadAsync(TestContext.Current.CancellationToken));

    public int Command(params string[] args) => TelemetryCommand.Run(Tool, args, Texts, SdkEnvironment);

    public TelemetryClient Start(params string[] args) => TelemetryClient.Start(Tool, args, SdkEnvironment);

    /// <summary>Records one event for each of the given actions, as one process would.</summary>
    public UserHome Record(params Action<WorkEvent>[] events)
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

    public UserHome RecordMany(int count)
    {
        using var client = Start();
        for (var i = 0; i < count; i++)
        {
            using var work = new WorkEvent(client);
            work.Items = i;
        }

        return this;
    }

    /// <summary>Makes the files of events this many days old, in a folder or in the whole state.</summary>
    public void Age(int days, string? folder = null)
    {
        foreach (var file in Directory.GetFiles(folder ?? State.Path, "*.ndjson", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, Clock.GetUtcNow().UtcDateTime.AddDays(-days));
    }

    /// <summary>Runs the uploader once, in this process.</summary>
    public Task<UploadResult> Upload() => new Uploader(Tool, State, SdkEnvironment).Run(wait: false);

    /// <summary>Runs the uploader once with another endpoint, which later runs use too.</summary>
    public Task<UploadResult> Upload(string endpoint)
    {
        Collector = endpoint;
        return Upload();
    }

    public Task<UploadResult> Upload(Listener collector) => Upload(collector.Address);

    /// <summary>Runs the uploader once with a collector that answers 503 with this problem.</summary>
    public async Task FailUpload(string problem = "busy")
    {
        using var collector = new Listener(_ => Listener.Problem(503, problem));
        await Upload(collector);
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
            // Not opened here, because a running process may hold a lock on it.
            var text = Encoding.UTF8.GetString(ReadLocked(file));
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

    public void Dispose()
    {
        EndUploaders();
        _folder.Dispose();
    }

    /// <summary>The running processes that were started as uploaders of this home. Linux only.</summary>
    public IReadOnlyList<int> Uploaders()
    {
        var found = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(
                System.IO.Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process))
                continue;
            try
            {
                var environment = File.ReadAllText(folder + "/environ").Split('\0');
                if (environment.Contains("TALLYMARK_UPLOAD=sample-tool") && environment.Contains("HOME=" + Path))
                    found.Add(process);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has ended meanwhile.
            }
        }

        return found;
    }

    // An uploader outlives the process that started it, and would write into the folder while it is removed.
    void EndUploaders()
    {
        if (!_hadProcesses || !OperatingSystem.IsLinux())
            return;
        foreach (var id in Uploaders())
        {
            try
            {
                using var uploader = Process.GetProcessById(id);
                uploader.Kill();
                uploader.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended meanwhile.
            }
        }
    }

    static byte[] ReadLocked(string file)
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
        Network = endpoint => Collector is { } collector ? new Uri(collector) : endpoint,
        UploadEnded = () => Ended.Writer.TryWrite(true),
    };
}
