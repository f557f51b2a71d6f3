// SPDX-License-Identifier: MIT

namespace Tallymark.Bench;

/// <summary>
/// Measures all programs published in one way (IL or precompiled) in turns, against the same program without telemetry.
/// The programs are in <paramref name="programs"/>, one folder each.
/// </summary>
sealed class Comparison(string programs, string scratch, AnsweringServer server, SilentEndpoint silent)
{
    const int WarmUps = 5;
    static readonly TimeSpan FarAhead = TimeSpan.FromHours(20);

    readonly string _file = Path.Combine(scratch, "lines.txt");
    readonly string _home = Directory.CreateDirectory(Path.Combine(scratch, "plain")).FullName;

    internal Row Plain { get; private set; } = null!;

    internal Row Tallymark { get; private set; } = null!;

    internal Row AppInsights { get; private set; } = null!;

    internal Row Otlp { get; private set; } = null!;

    internal List<Row> Rows { get; } = [];

    internal void Measure(int rounds)
    {
        CheckSettings();
        File.WriteAllText(_file, "one\ntwo\nthree\n");
        AddRows();
        var order = Rows.ToArray();
        var chance = new Random(Seed: 5);
        for (var round = -WarmUps; round < rounds; round++)
        {
            // In a different order each time, so that no row always runs after the same other row.
            chance.Shuffle(order);
            foreach (var row in order)
                row.RunOnce(keep: round >= 0);
        }

        var runs = rounds + WarmUps;
        if (server.Events != runs || server.Spans != runs)
        {
            throw new BenchException(
                $"There were {runs} runs each, but {server.Events} events and {server.Spans} spans were delivered.");
        }

    }

    void AddRows()
    {
        Plain = Add("without telemetry", "Plain", []);
        Tallymark = AddTallymark("Tallymark", [], FarAhead, after: 1);
        AppInsights = Add("Application Insights 2.23.0", "AppInsights", [_file, server.Address]);
        Otlp = Add("OpenTelemetry 1.20.1, OTLP/HTTP", "Otlp", [_file, server.Address]);
        AddTallymark(
            "Tallymark, endpoint never answers", [("HTTPS_PROXY", silent.Address)], FarAhead, after: 1,
            () => Expect(silent.IsUntouched, "a run contacted the endpoint itself"));
        AddTallymark("Tallymark, DO_NOT_TRACK=1", [("DO_NOT_TRACK", "1")], FarAhead, after: 0);
        AddTallymark(
            "Tallymark, upload due, endpoint never answers", [("HTTPS_PROXY", silent.Address)], -FarAhead,
            after: 1,
            () =>
            {
                silent.Disconnect();
                Runs.WaitUntilEnded(Program("Tallymark"));
            });
    }

    string Program(string name) => Path.Combine(programs, name, "lines-" + name.ToLowerInvariant());

    Row Add(string name, string program, string[] arguments)
    {
        int events = 0, spans = 0;
        var row = new Row(
            name,
            () => Runs.Measure(Program(program), arguments.Length == 0 ? [_file] : arguments, _home, [], "3\n"),
            () => (events, spans) = (server.Events, server.Spans),
            () =>
            {
                var expected = program == "AppInsights" ? 1 : 0;
                Expect(server.Events - events == expected, name + " did not deliver its event");
                Expect(server.Spans - spans == (program == "Otlp" ? 1 : 0), name + " did not deliver its span");
            });
        Rows.Add(row);
        return row;
    }

    // Each row has its own home, with a receipt.
    Row AddTallymark(string name, (string, string)[] variables, TimeSpan due, int after, Action? check = null)
    {
        var home = new ToolHome(Path.Combine(scratch, "home-" + Rows.Count));
        home.ShowNotice($"'{Program("Tallymark")}' '{_file}'");
        var row = new Row(
            name,
            () => Runs.Measure(Program("Tallymark"), [_file], home.Folder, variables, "3\n"),
            () =>
            {
                home.ClearQueue();
                home.ScheduleUpload(due);
            },
            () =>
            {
                check?.Invoke();
                var lines = home.Lines();
                Expect(lines == after, $"{name}: {lines} lines after a run, {after} expected");
            });
        Rows.Add(row);
        return row;
    }

    // A difference in settings would be measured as a cost of telemetry.
    void CheckSettings()
    {
        string? first = null;
        foreach (var name in new[] { "Plain", "Tallymark", "AppInsights", "Otlp" })
        {
            var settings = File.ReadAllText(Program(name) + ".runtimeconfig.json");
            Expect(settings == (first ??= settings), name + " has different runtime settings from Plain");
        }
    }

    static void Expect(bool holds, string otherwise)
    {
        if (!holds)
            throw new BenchException(otherwise + ".");
    }
}
