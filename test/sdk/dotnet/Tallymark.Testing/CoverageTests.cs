// SPDX-License-Identifier: MIT
using Tallymark.Scopes;

namespace Tallymark.Testing.Tests;

/// <summary>The manifest is compared with what was recorded, in both directions.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void Declared_values_are_covered()
    {
        using var recorder = TelemetryRecorder.Start();
        using var telemetry = RecordedToolTelemetry.Start([]);
        recorder.AssertCovered();
        telemetry.Hello(run => run.Language = RecordedToolTelemetry.HelloLanguage.English);
        telemetry.Install(run => run.Packages = ["zlib"]);
        recorder.AssertCovered();
    }

    [Fact]
    public void A_value_outside_its_list_is_not_covered_unless_the_test_expects_it()
    {
        using var recorder = TelemetryRecorder.Start();
        using var telemetry = RecordedToolTelemetry.Start([]);
        telemetry.Hello(run => run.Language = RecordedToolTelemetry.HelloLanguage.Other);
        telemetry.Install(run => run.Packages = ["zlib", "my-own"]);
        telemetry.Install(run => run.Packages = ["my-own"]);
        Assert.Equal(
            """
            The manifest does not cover these recordings:
            - the field hello.language had a value that is not in its list; it was recorded as `other`
            - the field install.packages had a value that is not in its list; it was recorded as `other`
            """,
            Message(() => recorder.AssertCovered()));
        Assert.DoesNotContain("hello", Message(() => recorder.AssertCovered("language")));
        Assert.DoesNotContain("install", Message(() => recorder.AssertCovered("install.packages")));
        recorder.AssertCovered("hello.language", "packages");
    }

    [Fact]
    public void A_value_that_its_type_can_t_carry_is_not_covered()
    {
        using var recorder = TelemetryRecorder.Start();
        using var telemetry = RecordedToolTelemetry.Start([]);
        telemetry.Hello(run => run.Names = -1);
        Assert.Null(Assert.Single(recorder.Events)["names"]);
        Assert.Contains("1 values or events were dropped", Message(() => recorder.AssertCovered()));
    }

    [Fact]
    public void The_type_of_a_field_and_its_source_say_who_fills_it_in()
    {
        var scope = ScopeText.Parse(
            "tallymark-scope 1\nrecipient r\nendpoint https://e.example\nretention 1\ntime day\nevent bye\n"
            + "field bye how enum values=a,b\nfield bye took duration\nfield bye waited duration source=program\n")!;
        Assert.Null(scope.Field("hello", "how"));
        Assert.Equal(["a", "b"], scope.Field("bye", "how")!.Values!);
        Assert.True(scope.Field("bye", "how")!.IsListed());
        Assert.Equal(
            (false, true, false),
            (scope.Field("bye", "how")!.IsBuiltIn(), scope.Field("bye", "took")!.IsBuiltIn(),
                scope.Field("bye", "waited")!.IsBuiltIn()));
    }

    [Fact]
    public void Fields_never_recorded_are_named_and_several_tests_may_cover_them_together()
    {
        using var first = TelemetryRecorder.Start();
        using (var telemetry = RecordedToolTelemetry.Start([]))
            telemetry.Hello(run => run.Names = 1);
        Assert.Equal(
            """
            The manifest declares these, but they were never recorded:
            - the event install
            - the field hello.language
            """,
            Message(() => first.AssertAllRecorded()));

        using var second = TelemetryRecorder.Start();
        using (var telemetry = RecordedToolTelemetry.Start([]))
        {
            telemetry.Hello(run => run.Language = RecordedToolTelemetry.HelloLanguage.English);
            telemetry.Install(run =>
            {
                run.Packages = [];
                run.Place = "/home/ann";
            });
        }

        Assert.EndsWith("recorded:\n- the field install.trace", Message(() => first.AssertAllRecorded(second)));
        using (var telemetry = RecordedToolTelemetry.Start([]))
            telemetry.Install(run => run.Trace = new InvalidOperationException());
        first.AssertAllRecorded(second);
        second.AssertAllRecorded(first);
    }

    [Fact]
    public void Without_a_run_AssertAllRecorded_fails()
    {
        using var recorder = TelemetryRecorder.Start();
        Assert.Contains("No tool with telemetry was started", Message(() => recorder.AssertAllRecorded()));
    }

    static string Message(Action assertion) => Assert.Throws<TelemetryAssertionException>(assertion).Message;
}
