// SPDX-License-Identifier: MIT

namespace Tallymark.Generator.Tests;

/// <summary>
/// Help for a program with several commands: an interface for each group, and the enum member for a text.
/// </summary>
public sealed class GroupTests
{
    static readonly string Manifest = Some.Manifest(
        "groups:\n  invocation:\n"
        + OfGroup(Some.Field("mode", "enum", "slow", "values: [slow, in-between]"))
        + OfGroup(Some.Field("dry", "boolean", "true"))
        + "  timed:\n"
        + OfGroup(Some.Field("duration", "duration", "3"))
        + "events:\n"
        + string.Concat(((string[])["install", "remove"]).Select(
            name => $"  {name}:\n    why: To know.\n    groups: [invocation, timed]\n"))
        + "  list:\n    why: To know.\n    groups: [timed]\n");

    const string Program =
        """
        public static class Cases
        {
            public static string Fill()
            {
                using var t = Made.MyToolTelemetry.Start([]);
                t.Install(run => Set(run));
                t.Remove(run => Set(run));
                return string.Join(" ", new[] { "slow", "in-between", "Slow", "", null }.Select(
                    text => Made.MyToolTelemetry.ModeOf(text)?.ToString() ?? "null"));
            }

            static void Set(Made.MyToolTelemetry.IInvocation run) =>
                (run.Mode, run.Dry) = (Made.MyToolTelemetry.ModeOf("slow"), true);
        }
        """;

    [Theory]
    [InlineData("")]
    [InlineData("off")]
    public void A_group_is_an_interface_of_its_events_and_a_text_becomes_its_member(string telemetry)
    {
        var built = new Project
        {
            // Opt-in: the SDK runs here and must not use the home folder of the user who runs the tests.
            Manifest = Manifest.Replace("default: on", "default: off", StringComparison.Ordinal),
            Sources = ["using System.Linq;\n" + Program],
            Telemetry = telemetry,
        }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Equal(
            "Slow InBetween Other Other null", built.Load().GetType("Cases")!.GetMethod("Fill")!.Invoke(null, null));
        var tool = built.Type("Made.MyToolTelemetry");
        Assert.Empty(tool.GetTypeMembers("ListEvent").Single().Interfaces);
        Assert.Empty(tool.GetTypeMembers("ITimed")); // the SDK fills its only field
    }

    // The fields of a group are two spaces further left than those of an event.
    static string OfGroup(string field) => field.Replace("\n  ", "\n", StringComparison.Ordinal)[2..];
}
