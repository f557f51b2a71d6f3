// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Cli;

/// <summary>
/// Keeps the folder of <c>serve --public</c> current: at the start and every six hours it runs <c>tallymark publish</c>
/// for each tool with datasets, if the tool's events or the day have changed. It previews the open periods, and
/// releases a previewed period once its last events can have arrived. A child process, so that publishing can neither
/// stop nor slow the collector; refusals are in the log and tried again.
/// </summary>
sealed class PublicFolderUpdates(string data, string folder, TimeProvider time, TextWriter log)
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    readonly Dictionary<string, (long Stored, DateOnly Day)> _published = new(StringComparer.Ordinal);

    /// <summary>Runs until it is cancelled; then no child process is left.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var (tool, stored) in ToolsWithDatasets())
                    await UpdateAsync(tool, stored, stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The collector stops.
        }
    }

    IReadOnlyList<(string Tool, long Stored)> ToolsWithDatasets()
    {
        try
        {
            using var collector = ControlClient.TryConnect(data);
            return collector is null
                ? []
                :
                [
                    .. collector.Status().Tools
                        .Where(tool => collector.Manifests(tool.Tool).Texts.Any(HasDatasets))
                        .Select(tool => (tool.Tool, tool.Stored)),
                ];
        }
        catch (Exception e) when (e is ControlException or IOException)
        {
            log.WriteLine($"tallymark serve: the public folder was not updated: {e.Message}");
            return [];
        }
    }

    static bool HasDatasets(string manifest) => ManifestReader.ReadAccepted(manifest).Manifest?.Datasets.Count > 0;

    async Task UpdateAsync(string tool, long stored, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (stored == 0 || (_published.TryGetValue(tool, out var before) && before == (stored, today)))
            return;
        var done = true;
        foreach (var period in Previewed(tool).Append(Period.Of(now)).Distinct().ToList())
            done &= await PublishAsync(tool, period, period.IsClosed(now) ? [] : ["--provisional"], stop);

        if (done)
            _published[tool] = (stored, today);
    }

    // From the names of the previews: TOOL-DATASET-PERIOD.json.
    IEnumerable<Period> Previewed(string tool)
    {
        var previews = Path.Combine(folder, tool, "provisional");
        foreach (var file in Directory.Exists(previews) ? Directory.GetFiles(previews, "*.json") : [])
        {
            var words = Path.GetFileNameWithoutExtension(file).Split('-');
            if (words.Length > 2 && Period.TryParse(words[^2] + "-" + words[^1], out var period))
                yield return period;
        }
    }

    async Task<bool> PublishAsync(string tool, Period period, string[] more, CancellationToken stop)
    {
        string[] program = [.. QueryCommand.ChildProgram[..^1]];
        var start = new ProcessStartInfo(program[0])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            .. program[1..], "publish", "--tool", tool, "--period", period.ToString(), "--to", folder, "--data", data,
            .. more,
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
