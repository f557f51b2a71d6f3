// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>
/// An event that ends with an unhandled exception: a failure, with the frames of the tool's own methods and nothing
/// else of it.
/// </summary>
public sealed class CrashTests
{
    const string Message = "could not open /home/quirinus/mondkalb-werkstatt/brief.txt of quirinus@zwiebel.example";

    static readonly string[] Telling =
        ["quirinus", "mondkalb", "werkstatt", "geheim", "zwiebel", "brief", "Crashes.cs", "/home", "could not"];

    [Fact]
    public void A_crash_is_a_failure_with_the_frames_of_the_tool_s_own_methods_and_their_lines()
    {
        var (status, stack, line) = Record(work => work.Crash(Thrown(() => Crashes.AtOnce(Message))));
        Assert.Equal("failure", status);
        Assert.Equal(["Tallymark.Tests.Program.Crashes.AtOnce:1701"], stack);
        Assert.All(Telling, word => Assert.DoesNotContain(word, line, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_crash_after_an_await_has_the_methods_that_waited_innermost_first()
    {
        var crash = await Assert.ThrowsAsync<InvalidOperationException>(() => Crashes.Later(Message));
        var (status, stack, line) = Record(work => work.Crash(crash));
        Assert.Equal("failure", status);
        Assert.Equal(2, stack.Length);
        Assert.Matches(@"^Tallymark\.Tests\.Program\.Crashes\+<Deeper>.*\.MoveNext:1712$", stack[0]);
        Assert.Matches(@"^Tallymark\.Tests\.Program\.Crashes\+<Later>.*\.MoveNext:1706$", stack[1]);
        Assert.All(Telling, word => Assert.DoesNotContain(word, line, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_symbol_file_with_the_line_numbers_contains_the_path_that_must_not_be_sent() =>
        Assert.Contains(
            "mondkalb-werkstatt",
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sample-tool.pdb")),
            StringComparison.Ordinal);

    [Fact]
    public void A_crash_after_a_success_is_a_failure_and_a_later_verdict_replaces_it()
    {
        var crash = Thrown(() => Crashes.AtOnce(Message));
        Assert.Equal("failure", Record(work =>
        {
            work.Succeed();
            work.Crash(crash);
            work.Complete();
        }).Status);
        Assert.Equal("success", Record(work =>
        {
            work.Crash(crash);
            work.Succeed();
        }).Status);
    }

    [Fact]
    public void A_stack_that_the_program_has_set_stays()
    {
        var first = Thrown(() => SampleTelemetry.Start(null!, []));
        var (_, stack, _) = Record(work =>
        {
            work.Stack = first;
            work.Crash(Thrown(() => Crashes.AtOnce(Message)));
        });
        Assert.StartsWith(
            "Tallymark.Tests.Program.SampleTelemetry.Start:", Assert.Single(stack), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_a_stack_fails_and_says_nothing_of_the_exception()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
        using (var tally = new TallyEvent(client))
            tally.Crash(Thrown(() => Crashes.AtOnce(Message)));
        var line = Assert.Single(home.Lines());
        Assert.Contains("\"status\":\"failure\"", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Crashes", line, StringComparison.Ordinal);
        Assert.DoesNotContain("stack", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_withheld_stack_is_absent()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(0, home.Command("withhold", "stack"));
        home.Record(work => work.Crash(Thrown(() => Crashes.AtOnce(Message))));
        var line = Assert.Single(home.Lines());
        Assert.DoesNotContain("Crashes", line, StringComparison.Ordinal);
        Assert.Contains("\"withheld\":[\"stack\"]", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_while_telemetry_is_off_or_after_the_end_leaves_nothing()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        var ended = new WorkEvent(client);
        ended.Dispose();
        ended.Crash(Thrown(() => Crashes.AtOnce(Message)));
        home["DO_NOT_TRACK"] = "1";
        var off = new WorkEvent(client);
        off.Crash(Thrown(() => Crashes.AtOnce(Message)));
        off.Dispose();
        Assert.DoesNotContain("failure", Assert.Single(home.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_that_is_deeper_than_twenty_frames_keeps_the_innermost()
    {
        var (_, stack, _) = Record(work => work.Crash(Thrown(() => Crashes.Deep(40))));
        Assert.Equal(20, stack.Length);
        Assert.All(
            stack,
            frame => Assert.StartsWith("Tallymark.Tests.Program.Crashes.Deep:", frame, StringComparison.Ordinal));
    }

    static (string? Status, string[] Stack, string Line) Record(Action<WorkEvent> act)
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
        using (var work = new WorkEvent(client))
            act(work);
        var line = Assert.Single(home.Lines());
        using var json = JsonDocument.Parse(line);
        var stack = json.RootElement.GetProperty("fields").GetProperty("stack").EnumerateArray()
            .Select(frame => frame.GetString()!);
        return (json.RootElement.GetProperty("status").GetString(), [.. stack], line);
    }

    static Exception Thrown(Action act) => Xunit.Record.Exception(act)!;
}
