// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Cli;

/// <summary>
/// Keeps the folder of <c>serve --public</c> current: at the start and every six hours it runs <c>tallymark publish</c>
/// for each tool with datasets, once a day. It previews the open periods that have days which can't change any more,
/// and releases a previewed period once its last events can have arrived. A child process, so that publishing can
/// neither stop nor slow the collector; refusals are in the log and tried again. The child ends with the collector,
/// also with a killed one.
/// </summary>
sealed class PublicFolderUpdates(string data, string folder, TimeProvider time, TextWriter log)
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    // The day on which a tool was published: what may be shown changes once a day.
    readonly Dictionary<string, DateOnly> _published = new(StringComparer.Ordinal);

    /// <summary>Runs until it is cancelled; then no child process is left.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var tool in ToolsWithDatasets())
                    await UpdateAsync(tool, stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The collector stops.
        }
    }

    // Tools that have events, too.
    IReadOnlyList<string> ToolsWithDatasets()
    {
        try
        {
            using var collector = ControlClient.TryConnect(data);
            return collector is null
                ? []
                :
                [
                    .. collector.Status().Tools
                        .Where(tool => tool.Stored > 0 && collector.Manifests(tool.Tool).Texts.Any(HasDatasets))
                        .Select(tool => tool.Tool),
                ];
        }
        catch (Exception e) when (e is ControlException or IOException)
        {
            log.WriteLine($"tallymark serve: the public folder was not updated: {e.Message}");
            return [];
        }
    }

    static bool HasDatasets(string manifest) => ManifestReader.ReadAccepted(manifest).Manifest?.Datasets.Count > 0;

    async Task UpdateAsync(string tool, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (_published.TryGetValue(tool, out var before) && before == today)
            return;
        HashSet<Period> periods = [.. Previewed(tool), .. Folded(tool).Where(period => !period.IsClosed(now))];
        if (periods.Count == 0)
            periods.Add(Period.Of(now)); // the page says from when on it has numbers
        var done = true;
        foreach (var period in periods)
            done &= await PublishAsync(tool, period, period.IsClosed(now) ? [] : ["--provisional"], stop);

        if (done)
            _published[tool] = today;
    }

    // From the names of the previews: TOOL-DATASET-PERIOD.json.
    IEnumerable<Period> Previewed(string tool)
    {
        foreach (var name in JsonFiles(Path.Combine(folder, tool, "provisional")))
        {
            var words = name.Split('-');
            if (words.Length > 2 && Period.TryParse(words[^2] + "-" + words[^1], out var period))
                yield return period;
        }
    }

    // From the names of the folded days: YYYY-MM-DD.json.
    IEnumerable<Period> Folded(string tool)
    {
        foreach (var name in JsonFiles(DataFolder.Open(data).Folded(tool)))
        {
            if (DateOnly.TryParseExact(
                name, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                yield return Period.Of(day);
        }
    }

    static IEnumerable<string> JsonFiles(string path) =>
        Directory.Exists(path)
            ? Directory.GetFiles(path, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)) : [];

    async Task<bool> PublishAsync(string tool, Period period, string[] more, CancellationToken stop)
    {
        string[] program = [.. QueryCommand.ChildProgram[..^1]];
        var start = new ProcessStartInfo(program[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true, // stays open as long as this process runs
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            .. program[1..], "publish", "--tool", tool, "--period", period.ToString(), "--to", folder, "--data", data,
            ParentWatch.Option, .. more,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        try
        {
            var output = child.StandardOutput.ReadToEndAsync(stop);
            var errors = child.StandardError.ReadToEndAsync(stop);
            await child.WaitForExitAsync(stop);
            await output;
            var published = child.ExitCode == 0;
            log.WriteLine(published
                ? string.Create(CultureInfo.InvariantCulture, $"tallymark serve: published {tool} {period}")
                : $"tallymark serve: {tool} {period} was not published: {LastLine(await errors)}");
            return published;
        }
        catch (OperationCanceledException)
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
