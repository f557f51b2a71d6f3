// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Tallymark.Tests;

/// <summary>
/// The culture of a user's machine (digits, calendars, marks, letters) changes no byte of a line with a value of each
/// type, nor of the upload.
/// </summary>
public sealed partial class CultureTests
{
    static readonly string Invariant = Proof("", "1,234,567.5", "2026", "i");

    // The culture's effect on the program itself: without it the test would prove nothing.
    [Theory]
    [InlineData("tr-TR", "1.234.567,5", "2026", "ı")]
    [InlineData("de-DE", "1.234.567,5", "2026", "i")]
    [InlineData("ar-SA", null, "1448", "i")]
    [InlineData("fa-IR", null, "1405", "i")]
    [InlineData("th-TH", "1,234,567.5", "2569", "i")]
    public async Task A_line_with_every_type_and_its_upload_are_the_same_bytes_in_every_culture(
        string culture, string? number, string year, string letter)
    {
        using var home = new UserHome().Agreed();
        var plain = await Every(home, "");
        Assert.Equal(Invariant, plain.Said);

        SetCulture(home, culture);
        var probe = await Processes.Run(home, "bare");
        Assert.SkipUnless(
            !probe.Errors.Contains("ICU", StringComparison.Ordinal),
            "without ICU a program has no culture: " + probe.Errors);
        var other = await Every(home, culture);
        Assert.Matches(Proof(culture, number is null ? ".+" : Regex.Escape(number), year, letter), other.Said);
        Assert.Equal(plain.Line, other.Line);

        // Two lines of two processes, and those that the uploader adds.
        var lines = new HashSet<string>(home.Lines());
        using var collector = new Listener(Listener.Accept);
        var upload = await Processes.Run(home, collector, "telemetry", "upload");
        Assert.True(upload.ExitCode == 0, upload.Errors);
        var request = Assert.Single(collector.Requests);
        Assert.Equal($$"""{"tallymark":1,"batch":"{{request.Batch}}","tool":"sample-tool","events":2}""", request.Lines[0]);
        Assert.True(lines.SetEquals(request.Lines[1..]));
        Assert.Equal("tallymark/1", request.Headers["User-Agent"]);
        Assert.Matches("^[0-9]+$", request.Headers["Content-Length"]);
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    public async Task An_upload_is_due_at_the_same_time_in_every_calendar(string culture)
    {
        using var home = new UserHome().Agreed();
        SetCulture(home, culture);
        var ended = await Processes.Run(home, "every");
        Assert.SkipUnless(
            !ended.Errors.Contains("ICU", StringComparison.Ordinal),
            "without ICU a program has no culture: " + ended.Errors);
        var due = await System.IO.File.ReadAllTextAsync(home.State.Due, TestContext.Current.CancellationToken);
        Assert.Matches("^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-9:]{8}Z\n\\.$", due);
        var time = DateTime.Parse(due[..20], System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();
        Assert.InRange(time, DateTime.UtcNow.AddDays(-1), DateTime.UtcNow.AddDays(2));
        Assert.Contains("\nNext upload: " + due[..4], (await Processes.Run(home, "telemetry", "status")).Output);
    }

    /// <summary>
    /// Runs the tool; returns what it printed about its culture, and the new line without the parts that differ in each
    /// run.
    /// </summary>
    static async Task<(string Said, string Line)> Every(UserHome home, string culture)
    {
        var before = new HashSet<string>(home.Lines());
        SetCulture(home, culture);
        var ended = await Processes.Run(home, "every");
        Assert.True(ended.ExitCode == 7, ended.Errors);
        var line = Assert.Single(home.Lines(), line => !before.Contains(line));
        return (ended.Output.Split('\n')[0], Differing().Replace(line, "$1$3"));
    }

    static void SetCulture(UserHome home, string culture)
    {
        home["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = culture.Length == 0 ? null : "0";
        home["LC_ALL"] = culture.Length == 0 ? null : culture.Replace('-', '_') + ".UTF-8";
    }

    static string Proof(string culture, string number, string year, string letter) =>
        $"{culture}|{number}|{year}|{letter}";

    [GeneratedRegex("""("time":"|"session":"|"duration":)([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z|[0-9a-f-]{36}|[0-9]+)([",])""")]
    private static partial Regex Differing();
}
