// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Tallymark.Generator.Tests;

/// <summary>
/// A library that was compiled with this SDK runs with another version of it, in which a member that generated code
/// needs has one more optional parameter, which is another member for the runtime. No telemetry, and no exception.
/// </summary>
public sealed class OtherVersionTests
{
    const string Program =
        """
        using System;
        using System.Linq;

        public static class Cases
        {
            public static string All()
            {
                using var t = Made.MyToolTelemetry.Start(["--anything"]);
                var said = t.IsOn + " " + (t.Current is null) + " ";
                said += t.Everything(run =>
                {
                    run.ABoolean = true;
                    run.AnEnum = Made.MyToolTelemetry.EverythingAnEnum.Fast;
                    run.AListed = "zlib";
                    run.ASet = ["zlib"];
                    run.ACount = 3;
                    run.ABucket = 3;
                    run.ASize = 3;
                    run.ADuration = TimeSpan.Zero;
                    run.ACode = 1;
                    run.AVersion = "1.0";
                    run.AScheme = "https";
                    run.ADigest = "a";
                    run.AnId = Guid.Empty;
                    run.SetAnId(3);
                    run.SetAnId("3");
                    run.AStack = new Exception();
                    run.Fail();
                    return 3;
                });
                using (var run = t.Everything())
                    run.Succeed();
                try
                {
                    t.Everything(run => { throw new InvalidOperationException("own"); });
                }
                catch (InvalidOperationException e)
                {
                    said += " " + e.Message;
                }

                return said;
            }

            public static int Command() => Made.MyToolTelemetry.Command(["why"]);
        }
        """;

    // Opt-in: where a change does not matter, the SDK runs and must not use the home folder of the user.
    static readonly Built Library = new Project
    {
        Manifest = Some.AllTypes.Replace("default: on", "default: off", StringComparison.Ordinal),
        Sources = [Program],
    }.Build();

    [Theory]
    [InlineData("public static TelemetryClient Start(ToolDefinition tool, string[] args)", "args)", "args, int x = 0)")]
    [InlineData("public TelemetryEvent? Again(EventDefinition shape)", "shape)", "shape, int x = 0)")]
    [InlineData(
        "protected TelemetryEvent(TelemetryClient client, EventDefinition shape)", "shape)", "shape, int x = 0)")]
    [InlineData("FieldKind Kind, bool ToolSalt = false, int Until = 0)", "0)", "0, int X = 0)")]
    [InlineData("EventDefinition(string name, FieldDefinition[] fields)", "fields)", "fields, int x = 0)")]
    [InlineData("SwitchVariable(string Name, bool Present)", "Present)", "Present, int X = 0)")]
    [InlineData(
        "protected void SetEnum(int slot, int index, ReadOnlySpan<byte> values)", "values)", "values, int x = 0)")]
    [InlineData("protected void SetBytes(int slot, long? value)", "value)", "value, int x = 0)")]
    [InlineData("protected void SetRandomId(int slot, string? value)", "value)", "value, int x = 0)")]
    [InlineData("protected void SetStack(int slot, Exception? value)", "value)", "value, int x = 0)")]
    public void A_missing_member_means_no_telemetry_and_no_exception(string member, string from, string to)
    {
        var at = member.LastIndexOf(from, StringComparison.Ordinal);
        var changed = SdkBuild.LoadWithSdk(Library, "0.3.0", member, member[..at] + to);
        Assert.Equal("False True 3 own", Call(changed, "All"));
    }

    [Fact]
    public void The_command_says_that_the_versions_differ()
    {
        var changed = SdkBuild.LoadWithSdk(
            Library, "0.3.0", "public static int Run(ToolDefinition tool, string[] args, string texts = \"\")",
            "public static int Run(ToolDefinition tool, string[] args, string texts = \"\", int x = 0)");
        Assert.Equal(1, Call(changed, "Command"));
    }

    [Fact]
    public void Another_version_with_all_members_runs_as_before()
    {
        var other = SdkBuild.LoadWithSdk(Library, "0.3.0", "const int MaxNice = 19;", "const int MaxNice = 18;");
        Assert.Equal("False True 3 own", Call(other, "All"));
        Assert.True(Started(other));
    }

    [Fact]
    public void A_program_with_the_missing_member_has_no_client()
    {
        var changed = SdkBuild.LoadWithSdk(
            Library, "0.3.0", "protected void SetStack(int slot, Exception? value)",
            "protected void SetStack(int slot, Exception? value, int x = 0)");
        Assert.False(Started(changed));
    }

    [Fact]
    public void A_page_gets_the_answer_that_telemetry_is_off()
    {
        var page = new Project
        {
            Manifest = Some.WithPage().Replace("default: on", "default: off", StringComparison.Ordinal),
            Sources =
            [
                """
                public static class Cases
                {
                    public static string Settings()
                    {
                        using var t = Made.MyToolTelemetry.Start([]);
                        t.NoticeShown();
                        return t.NoticeToShow
                            + System.Text.Encoding.UTF8.GetString(t.AnswerPage("settings", default).Json);
                    }
                }
                """,
            ],
        }.Build();
        foreach (var (from, to) in new[]
        {
            ("public static TelemetryClient Start(ToolDefinition tool, string[] args)",
                "public static TelemetryClient Start(ToolDefinition tool, string[] args, int x = 0)"),
            ("public PageRelay(TelemetryClient client, PageDefinition page)",
                "public PageRelay(TelemetryClient client, PageDefinition page, int x = 0)"),
        })
        {
            var answer = (string)Call(SdkBuild.LoadWithSdk(page, "0.3.0", from, to), "Settings")!;
            Assert.Contains("\"on\":false,\"why\":\"server\"", answer);
        }
    }

    static bool Started(Assembly project)
    {
        var tool = project.GetType("Made.MyToolTelemetry")!;
        var started = tool.GetMethod("Start")!.Invoke(null, [Array.Empty<string>()]);
        return tool.GetField("_client", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(started) is not null;
    }

    static object? Call(Assembly project, string method) => project.GetType("Cases")!.GetMethod(method)!
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
}
