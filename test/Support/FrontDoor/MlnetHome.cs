// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.FrontDoor;

/// <summary>The home folder of a user of mlnet, with datasets in the working folder.</summary>
sealed class MlnetHome : ToolHome
{
    /// <summary>The arguments of a command that learns from <c>ratings.csv</c> in some tens of milliseconds.</summary>
    public static readonly string[] Recommendation =
    [
        "recommendation", "--dataset", "ratings.csv", "--label-col", "rating", "--user-col", "user", "--item-col",
        "film", "--train-time", "1",
    ];

    /// <summary>A user with the datasets <c>ratings.csv</c>, <c>numbers.csv</c> and <c>empty.csv</c>.</summary>
    public MlnetHome(string? endpoint = null, string? program = null, string name = "", string folder = "work")
        : base(SampleTool.Mlnet, endpoint, program, name)
    {
        WorkingFolder = Directory.CreateDirectory(Path.Combine(Folder, folder)).FullName;
        Write("empty.csv", "");
        Write("ratings.csv", Rows("user,film,rating", i => $"u{i % 7},f{i % 5},{1 + (i % 7 + i % 5) % 5}"));
        Write("numbers.csv", Rows("a,b,kind", i => $"{i},{i % 3},{(i < 20 ? "low" : "high")}"));
    }

    /// <summary>Writes a file in the working folder; returns its path.</summary>
    public string Write(string file, string text)
    {
        var path = Path.Combine(WorkingFolder, file);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A dataset of 40 rows.</summary>
    public static string Rows(string header, Func<int, FormattableString> row)
    {
        var text = new StringBuilder(header).Append('\n');
        for (var i = 0; i < 40; i++)
            text.Append(row(i).ToString(CultureInfo.InvariantCulture)).Append('\n');
        return text.ToString();
    }

    /// <summary>Sees the notice as users do: with the first command on a terminal.</summary>
    public async Task<string> SeeNotice()
    {
        var shown = await RunInTerminal("regression", "--dataset", "empty.csv", "--label-col", "y");
        Assert.Equal(2, shown.ExitCode);
        Assert.Contains("Telemetry\r\n---------\r\n", shown.Output, StringComparison.Ordinal);
        Assert.Empty(Lines("spool"));
        return shown.Output.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>Runs a command; returns its result and the one event that it recorded.</summary>
    public Task<(ProcessResult Result, JsonElement Line)> Record(params string[] arguments) =>
        Record(() => Run(arguments));

    /// <summary>Runs something; returns its result and the one event that it recorded.</summary>
    public async Task<(ProcessResult Result, JsonElement Line)> Record(Func<Task<ProcessResult>> run)
    {
        // Each process has a file of its own, and two runs in one second can record equal lines.
        var before = SpoolFiles();
        var ended = await run();
        var added = SpoolFiles().Except(before, StringComparer.Ordinal).SelectMany(File.ReadAllLines).ToList();
        Assert.True(added.Count == 1, $"{added.Count} lines:\n{ended.All}");
        return (ended, JsonDocument.Parse(added[0]).RootElement);
    }

    /// <summary>Replaces the one queued event by as many, each under another installation's id.</summary>
    public async Task RepeatAsOthers(int installations)
    {
        var file = Assert.Single(SpoolFiles());
        var line = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var id = JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("installation").GetString()!;
        var others = Enumerable.Range(0, installations).Select(_ => line.Replace(
            id, RandomNumberGenerator.GetHexString(64, lowercase: true), StringComparison.Ordinal));
        await File.WriteAllTextAsync(file, string.Concat(others), TestContext.Current.CancellationToken);
    }

    string[] SpoolFiles() => Directory.Exists(Path.Combine(State, "spool"))
        ? Directory.GetFiles(Path.Combine(State, "spool"), "*.ndjson") : [];
}
