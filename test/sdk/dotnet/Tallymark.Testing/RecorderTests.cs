// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Testing.Tests;

/// <summary>
/// A recorder sees what the test's own flow records, whatever the machine's environment, and nothing touches the disk.
/// </summary>
public sealed class RecorderTests
{
    [Fact]
    public void An_event_is_read_by_the_names_of_the_manifest()
    {
        using var recorder = TelemetryRecorder.Start();
        using (var telemetry = RecordedToolTelemetry.Start([]))
        {
            Assert.True(telemetry.IsOn);
            Assert.Same(telemetry, telemetry.Current);
            telemetry.Hello(run =>
            {
                run.Language = RecordedToolTelemetry.HelloLanguage.French;
                run.Names = 2;
            });
            telemetry.Install(run => run.Packages = ["zlib", "boost"]);
            using var open = telemetry.Hello();
        }

        Assert.Equal(["hello", "install", "hello"], recorder.Events.Select(e => e.Name));
        Assert.Equal(["success", "success", "unknown"], recorder.Events.Select(e => e.Status));
        var hello = recorder.Events[0];
        Assert.Equal(("french", "2", null), (hello["language"], hello["names"], hello["packages"]));
        Assert.Equal(64, hello["installation"]!.Length);
        // the machine's own variables don't count, also in an automated build
        Assert.DoesNotContain("ci", hello["environment"]);
        Assert.Equal(["installation", "environment", "language", "names", "duration"], hello.FieldNames);
        Assert.Equal("boost,zlib", recorder.Events[1]["packages"]);
        Assert.StartsWith("hello (success) installation=", hello.ToString());
        Assert.Equal("recorded-tool", JsonDocument.Parse(hello.Line).RootElement.GetProperty("tool").GetString());
    }

    [Fact]
    public void A_crash_is_a_failure_with_its_stack()
    {
        using var recorder = TelemetryRecorder.Start();
        using var telemetry = RecordedToolTelemetry.Start([]);
        Assert.Throws<InvalidOperationException>(
            () => telemetry.Install((Action<RecordedToolTelemetry.InstallEvent>)Fail));
        var install = Assert.Single(recorder.Events);
        Assert.Equal("failure", install.Status);
        Assert.Contains("RecorderTests.Fail", install["trace"]);
    }

    static void Fail(RecordedToolTelemetry.InstallEvent run) => throw new InvalidOperationException("bang");

    [Fact]
    public void The_option_and_the_given_variables_switch_off_as_for_a_user()
    {
        using var recorder = TelemetryRecorder.Start();
        Greet(["--no-telemetry"]);
        Assert.Empty(recorder.Events);
        Greet([]);
        Assert.Single(recorder.Events);

        foreach (var name in new[] { "RECORDED_TOOL_OFF", "DO_NOT_TRACK" })
        {
            using var off = TelemetryRecorder.Start(
                new Dictionary<string, string>(StringComparer.Ordinal) { [name] = "1" });
            Greet([]);
            Assert.Empty(off.Events);
        }

        Greet([]);
        Assert.Equal(2, recorder.Events.Count); // the outer one goes on where the inner one ended
    }

    [Fact]
    public async Task Recorders_that_are_there_at_the_same_time_do_not_mix()
    {
        using var bothAreThere = new Barrier(2);
        var counts = await Task.WhenAll(Record(3), Record(5));
        Assert.Equal([3, 5], counts);

        Task<int> Record(int count) => Task.Factory.StartNew(
            () =>
            {
                using var recorder = TelemetryRecorder.Start();
                bothAreThere.SignalAndWait(TestContext.Current.CancellationToken);
                using var telemetry = RecordedToolTelemetry.Start([]);
                for (var i = 0; i < count; i++)
                    telemetry.Hello(run => run.Names = count);
                bothAreThere.SignalAndWait(TestContext.Current.CancellationToken);
                Assert.All(recorder.Events, e => Assert.Equal($"{count}", e["names"]));
                return recorder.Events.Count;
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    [Fact]
    public async Task Threads_that_the_test_starts_record_into_its_recorder_all_at_once()
    {
        using var recorder = TelemetryRecorder.Start();
        using var telemetry = RecordedToolTelemetry.Start([]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
                telemetry.Hello(run => run.Names = i);
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(800, recorder.Events.Count);
    }

    [Fact]
    public void Nothing_touches_the_users_disk_and_without_a_recorder_the_tool_is_itself_again()
    {
        using (TelemetryRecorder.Start())
        {
            Greet([]);
            Assert.NotEqual(0, RecordedToolTelemetry.Command(["off"])); // there is no home in which it could be saved
        }

        using (var telemetry = RecordedToolTelemetry.Start([]))
        {
            Assert.False(telemetry.IsOn);
            Assert.Null(telemetry.Current);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set ? set : Path.Combine(
            home, ".local/state");
        Assert.False(Directory.Exists(Path.Combine(state, "tallymark/recorded-tool")));
    }

    static void Greet(string[] args)
    {
        using var telemetry = RecordedToolTelemetry.Start(args);
        telemetry.Hello(run => run.Names = 1);
    }
}
