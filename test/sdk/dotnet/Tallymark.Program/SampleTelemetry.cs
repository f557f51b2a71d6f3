// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Tallymark.Tests.Program;

/// <summary>
/// The code that the generator would make from a manifest with one event and a field of every kind, written by hand.
/// </summary>
public sealed class SampleTelemetry : IDisposable
{
    const string Scope = """
        tallymark-scope 1
        tool sample-tool
        recipient example
        endpoint https://collector.invalid/v1/batches
        retention 30
        time second
        event work
        field work installation installation
        field work version version values=preview,rc
        field work os os part=family
        field work os_version os part=version
        field work environment environment
        field work country country
        field work arch arch
        field work runtime runtime part=name
        field work runtime_version runtime part=version
        field work runtime_id runtime part=id
        field work session session
        field work duration duration
        field work dry boolean
        field work result enum values=failed,succeeded
        field work port enum values=openssl,zlib
        field work options enum-set values=--dry-run,--keep-going,zz
        field work items count
        field work items_bucket count buckets=0,1,10,100
        field work size bytes
        field work waited duration source=program
        field work exit_code exit-code
        field work other_version version source=program values=beta,rc
        field work store uri-scheme values=https,s3
        field work file digest salt=installation
        field work word digest salt=tool
        field work experiment random-id
        field work stack stack
        event dropped
        field dropped installation installation
        field dropped version version values=preview,rc
        field dropped country country
        field dropped duration duration
        field dropped dry boolean
        field dropped lost count
        event tally
        field tally installation installation
        field tally number count

        """;

    public static readonly ToolDefinition Tool = Define("sample-tool", NoticeChannels.Setup);

    readonly TelemetryClient _client;

    SampleTelemetry(TelemetryClient client) => _client = client;

    public bool IsOn => _client.IsOn;

    public static SampleTelemetry Start(ToolDefinition tool, string[] args) => new(TelemetryClient.Start(tool, args));

    public static ToolDefinition Define(
        string name, NoticeChannels channel, bool defaultOn = true, bool executable = true) => new()
        {
            Tool = name,
            Title = "Sample",
            Version = "1.4.2-rc.1",
            Endpoint = "https://collector.invalid/v1/batches",
            Recipient = "example",
            Notice = "Sample collects usage data.\nIt is anonymous.\n",
            Scope = Scope,
            ScopeId = "fe862dc811598709251ea8b3344db04ce683cb6058c8e3a142ca7ed31f094aff",
            Manifest = 3,
            Channels = channel,
            DefaultOn = defaultOn,
            Variables = [new("SAMPLE_OFF", Present: true), new("SAMPLE_QUIET", Present: false)],
            Option = "--disable-metrics",
            ShowOption = "--printmetrics",
            Marker = "sample.disable-metrics",
            Time = TimePrecision.Second,
            Prerelease = ["rc", "preview"],
            Executable = executable,
            Dropped = MakeDropped,
        };

    static EventDefinition MakeDropped() => new("dropped",
    [
        new("installation", FieldKind.Installation),
        new("version", FieldKind.ToolVersion),
        new("country", FieldKind.Country),
        new("duration", FieldKind.OwnDuration),
        new("dry", FieldKind.Boolean),
        new("lost", FieldKind.Dropped),
    ]);

    public WorkEvent Work() => _client.Again(WorkEvent.Definition) as WorkEvent ?? new(_client);

    public TallyEvent Tally() => _client.Again(TallyEvent.Definition) as TallyEvent ?? new(_client);

    public void Dispose() => _client.Dispose();

    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        SampleNetwork.Connect();
        UploaderProcess.RunIfAsked(Tool);
    }
}

public sealed class WorkEvent(TelemetryClient client) : TelemetryEvent(client, Definition)
{
    public static readonly EventDefinition Definition = new("work",
    [
        new("installation", FieldKind.Installation),
        new("version", FieldKind.ToolVersion),
        new("os", FieldKind.OsFamily),
        new("os_version", FieldKind.OsVersion),
        new("environment", FieldKind.Environment),
        new("country", FieldKind.Country),
        new("arch", FieldKind.Arch),
        new("runtime", FieldKind.RuntimeName),
        new("runtime_version", FieldKind.RuntimeVersion),
        new("runtime_id", FieldKind.RuntimeId),
        new("session", FieldKind.Session),
        new("duration", FieldKind.OwnDuration),
        new("dry", FieldKind.Boolean),
        new("result", FieldKind.Enum),
        new("port", FieldKind.Enum),
        new("options", FieldKind.EnumSet),
        new("items", FieldKind.Count),
        new("items_bucket", FieldKind.Count),
        new("size", FieldKind.Bytes),
        new("waited", FieldKind.Duration),
        new("exit_code", FieldKind.ExitCode),
        new("other_version", FieldKind.Version),
        new("store", FieldKind.UriScheme),
        new("file", FieldKind.Digest),
        new("word", FieldKind.Digest, ToolSalt: true),
        new("experiment", FieldKind.RandomId),
        new("stack", FieldKind.Stack),
    ]);

    public bool? Dry { set => SetBoolean(12, value); }

    public int Result { set => SetEnum(13, value, "\nfailed\nsucceeded\n"u8); }

    public string? Port { set => SetListed(14, value, "\nopenssl\nzlib\n"u8); }

    public IEnumerable<string>? Options { set => SetSet(15, value, "\n--dry-run\n--keep-going\nzz\n"u8); }

    public long? Items { set => SetCount(16, value, []); }

    public long? ItemsBucket { set => SetCount(17, value, [0, 1, 10, 100]); }

    public long? Size { set => SetBytes(18, value); }

    public TimeSpan? Waited { set => SetDuration(19, value); }

    public int? ExitCode { set => SetExitCode(20, value); }

    public string? OtherVersion { set => SetVersion(21, value, "\nbeta\nrc\n"u8); }

    public string? Store { set => SetUriScheme(22, value, "\nhttps\ns3\n"u8); }

    public string? File { set => SetDigest(23, value); }

    public string? Word { set => SetDigest(24, value); }

    public string? Experiment { set => SetRandomId(25, value); }

    public Guid? ExperimentUuid { set => SetRandomId(25, value); }

    public long? ExperimentNumber { set => SetRandomId(25, value); }

    public Exception? Stack { set => SetStack(26, value); }
}

/// <summary>An event that can be told from every other: it carries a number that its test gave once.</summary>
public sealed class TallyEvent(TelemetryClient client) : TelemetryEvent(client, Definition)
{
    public static readonly EventDefinition Definition = new("tally",
    [
        new("installation", FieldKind.Installation),
        new("number", FieldKind.Count),
    ]);

    public long? Number { set => SetCount(1, value, []); }
}
