// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Tallymark.AspNetCore.Tests;

/// <summary>Bodies and records as a page sends them.</summary>
static class Some
{
    public const string View = "774db636-5cfa-4ce8-8f56-7e7126dc3439";

    /// <summary>A page of the tracker, with the scripts that the relay serves.</summary>
    public const string Page = """
        <!doctype html>
        <html lang="en">
        <head><title>Tracker</title><script type="module" src="tallymark/elements.js"></script></head>
        <body>
        <tallymark-banner></tallymark-banner>
        <h1>Prompts</h1>
        <button data-tally="tracker.prompts.create">Create prompt</button>
        <label>Search <input data-tally="tracker.experiments.search"></label>
        <a href="other">Leave</a>
        </body>
        </html>
        """;

    static int _ids;

    /// <summary>Nanoseconds since 1970 at the start of each test.</summary>
    static readonly long Time =
        (Server.StartTime.UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;

    /// <summary>That time and some nanoseconds.</summary>
    public static string TimeText(long more = 0) => (Time + more).ToString(CultureInfo.InvariantCulture);

    public static string Body(string scope, params IEnumerable<string> records) =>
        $$"""{"scope":"{{scope}}","records":[{{string.Join(',', records)}}]}""";

    /// <summary>A record with the JSON text of each member; by default a valid one with an id of its own.</summary>
    public static string Record(
        string? id = null, string component = "\"tracker.prompts.create\"", string type = "\"button\"",
        string e = "\"onClick\"", string view = $"\"{View}\"", string? time = null) =>
        $"{{\"id\":\"{id ?? Id()}\",\"component\":{component},\"event\":{e},\"type\":{type},\"view\":{view},"
        + $"\"time\":{time ?? TimeText()}}}";

    /// <summary>An id that no vector has.</summary>
    public static string Id() => "f" + Interlocked.Increment(ref _ids).ToString("x31", CultureInfo.InvariantCulture);

    /// <summary>The lines of a file in spec/vectors/page: a word, and the text that leads to it.</summary>
    public static IReadOnlyList<(string Expected, string Text)> Vectors(string name) =>
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "vectors", name))
            .Select(line => line.Split(' ', 2)).Select(words => (words[0], words[1])),
    ];
}
