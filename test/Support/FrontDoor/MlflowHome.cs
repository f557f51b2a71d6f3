// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;

namespace Tallymark.FrontDoor;

/// <summary>The home folder of a user of MLflow, who sees the notice on a terminal.</summary>
sealed class MlflowHome : ToolHome
{
    /// <param name="endpoint">The collector; null leaves the manifest's.</param>
    /// <param name="program">Another build of the example; null runs the built one.</param>
    /// <param name="name">The name of the home folder; empty for a random one.</param>
    public MlflowHome(string? endpoint = null, string? program = null, string name = "")
        : base(SampleTool.Mlflow, endpoint, program, name)
    {
        WorkingFolder = Directory.CreateDirectory(Path.Combine(Folder, "work")).FullName;
        TrackingUri = $"file:{Path.Combine(Folder, "mlruns")}";
    }

    /// <summary>The tracking URI of this user's programs.</summary>
    public string TrackingUri
    {
        get => Environment["MLFLOW_TRACKING_URI"];
        set => Environment["MLFLOW_TRACKING_URI"] = value;
    }

    /// <summary>Shows the notice; afterwards no upload is due for two days.</summary>
    public async Task SetUp()
    {
        var shown = await RunInTerminal("check");
        Assert.True(shown.ExitCode == 0, shown.Output);
        Assert.Contains("collects anonymous usage data", shown.Output, StringComparison.Ordinal);
        Assert.EndsWith("off\r\n", shown.Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Path.Combine(State, "due"),
            DateTime.UtcNow.AddDays(2).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) + "\n",
            TestContext.Current.CancellationToken);
    }

    /// <summary>Runs verbs of the example, separated by <c>+</c>; they must succeed.</summary>
    public async Task<string> Example(string verbs)
    {
        var ended = await Run(verbs.Split(' '));
        Assert.True(ended.ExitCode == 0, ended.Errors);
        return ended.Output;
    }

    /// <summary>The recorded events that wait in the spool.</summary>
    public IReadOnlyList<MlflowEvent> Recorded() => [.. Lines("spool").Select(MlflowEvent.Read)];

    /// <summary>Runs verbs; returns the events that they recorded.</summary>
    public async Task<IReadOnlyList<MlflowEvent>> Record(string verbs)
    {
        var before = Lines("spool");
        await Run(verbs.Split(' '));
        return [.. LinesAfter(before).Select(MlflowEvent.Read)];
    }
}

/// <summary>One recorded line (spec/spool.md).</summary>
sealed record MlflowEvent(string Text, string Name, string Status, string Time, JsonElement Fields)
{
    public static MlflowEvent Read(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return new(
            line, json.GetProperty("event").GetString()!, json.GetProperty("status").GetString()!,
            json.GetProperty("time").GetString()!, json.GetProperty("fields"));
    }

    /// <summary>A field's value; undefined if the event does not have it.</summary>
    public JsonElement this[string field] => Fields.TryGetProperty(field, out var value) ? value : default;

    /// <summary>A field's text.</summary>
    public string? Word(string field) => this[field].GetString();

    public IEnumerable<string> FieldNames => Fields.EnumerateObject().Select(each => each.Name);
}
