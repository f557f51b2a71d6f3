// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// Where a step of recording fails, <c>telemetry why</c> tries the same step and names its file, records nothing, and
/// no run leaves a file behind.
/// </summary>
public sealed class RecordPathTests
{
    public static TheoryData<string, string> Obstacles() => new()
    {
        { "installation", ": > $F" },
        { "installation", "printf 0123 > $F" },
        { "installation", "mkdir $F" },
        { "installation", "mkfifo $F" },
        { "installation", "ln -s $F $F" },
        { "spool", ": > $F" },
        { "spool", "mkfifo $F" },
        { "spool", "ln -s $F $F" },
        { "spool", "ln -s absent $F" },
        { "due", "mkdir $F" },
        { "due", "mkdir -p $F/full" },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public async Task Why_names_the_step_that_fails_and_nothing_is_left(string name, string obstacle)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo(1)");
        using var home = new UserHome().Agreed();
        home.Clock.AdjustTime(DateTimeOffset.UtcNow);
        var path = home.State.In(name);
        var script = obstacle.Replace("$F", path, StringComparison.Ordinal);
        (await ProcessRun.Run("sh", ["-c", script], home.All)).With(0);

        home.Record(_ => { }).Record(_ => { });
        Assert.Empty(Events(home));
        var before = Files(home);
        Assert.DoesNotContain(before, file => file.EndsWith(".tmp", StringComparison.Ordinal));

        Assert.Equal(0, home.Command("why"));
        Assert.Contains("Nothing is recorded: no event can be written: ", home.Answered.ToString());
        Assert.Contains(path, home.Answered.ToString());
        home.Answered.Clear();
        home.Command("why", "--json");
        Assert.Contains("\"recorded\": false", home.Answered.ToString());
        Assert.Equal(before, Files(home));

        home.Said.Clear();
        using (var client = home.Start("--printmetrics"))
            new WorkEvent(client).Dispose();
        Assert.Contains("telemetry: nothing was recorded, because no event can be written: ", home.Said.ToString());
        Assert.Contains(path, home.Said.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123")]
    public void A_damaged_secret_of_the_future_is_replaced(string spoiled)
    {
        using var home = new UserHome().Agreed();
        File.WriteAllText(home.State.Installation, spoiled);
        File.SetLastWriteTimeUtc(home.State.Installation, home.Clock.GetUtcNow().UtcDateTime.AddDays(6));
        home.Command("why");
        Assert.Contains("Events are recorded.", home.Answered.ToString());
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public async Task Why_names_a_full_disk()
    {
        Processes.SkipUnlessMounts();
        using var home = new UserHome().Agreed();
        const string Script = """
            mount -t tmpfs -o size=64k tmpfs "$1/.local" && cp -a "$2/." "$1/.local" || exit 99
            cat /dev/zero > "$1/.local/fill" 2>/dev/null
            "$0" work; "$0" telemetry why; find "$1/.local" -name '*.tmp' -o -name '*.ndjson' -o -name '.*.new'
            """;
        var copy = Path.Combine(home.Path, "copy");
        (await ProcessRun.Run("cp", ["-a", Path.Combine(home.Path, ".local"), copy], home.All)).With(0);
        var ended = await Processes.RunOther(
            home, "unshare", "-m", "bash", "-c", Script, Processes.Sample, home.Path, copy);
        Assert.True(ended.ExitCode == 0, ended.All);
        Assert.Contains("Nothing is recorded: no event can be written: ", ended.Output);
        Assert.Contains("No space left on device", ended.Output);
        Assert.DoesNotContain(".tmp\n", ended.Output);
        Assert.DoesNotContain(".ndjson\n", ended.Output);
    }

    [Fact]
    public void Why_tries_all_steps_where_nothing_was_recorded_yet_and_records_nothing()
    {
        using var home = new UserHome().Agreed();
        home.Command("why");
        Assert.Contains("Events are recorded.", home.Answered.ToString());
        Assert.Empty(home.Lines());
        Assert.False(File.Exists(home.State.Installation));
        Assert.False(File.Exists(home.State.Due));
    }

    // The spool may be anything here.
    static List<string> Events(UserHome home) =>
        Directory.Exists(home.State.Spool) ? home.Lines() : [];

    static List<string> Files(UserHome home) =>
        [.. Directory.GetFileSystemEntries(home.State.Path, "*", SearchOption.TopDirectoryOnly)
            .Where(path => Path.GetFileName(path) != "spool").Order(StringComparer.Ordinal)];
}
