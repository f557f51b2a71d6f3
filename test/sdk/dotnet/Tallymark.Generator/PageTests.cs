// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;

namespace Tallymark.Generator.Tests;

/// <summary>An event of the tool's web pages: the relay records it, so the program gets no method for it.</summary>
public sealed class PageTests
{
    static readonly string WithCommon =
        Some.WithPage(Some.Field("scheme", "enum", "http", "values: [file, http]"), Some.Field("os", "os", "linux"));

    [Theory]
    [InlineData("")]
    [InlineData("public")]
    public void The_class_compiles_without_a_method_for_the_event(string visibility)
    {
        foreach (var manifest in new[] { Some.WithPage(), WithCommon })
        {
            var built = new Project { Manifest = manifest, Visibility = visibility }.Build();
            Assert.Empty(built.CompilerDiagnostics);
            var tool = built.Type("Made.MyToolTelemetry");
            Assert.Empty(tool.GetMembers("UiEvent"));
            Assert.Single(tool.GetMembers("AnswerPage"));
            Assert.NotEmpty(tool.GetMembers("Go"));
        }
    }

    [Fact]
    public void Only_the_common_fields_can_be_set_in_it()
    {
        var tool = new Project { Manifest = WithCommon }.Build().Type("Made.MyToolTelemetry");
        Assert.Single(tool.GetMembers("PageFields"));
        var page = tool.GetTypeMembers("UiEventEvent").Single();
        Assert.Equal(
            ["Scheme"], page.GetMembers().OfType<IPropertySymbol>().Select(member => member.Name));
        Assert.Contains(page.Interfaces, i => i.Name == "IAnyEvent");
        Assert.Empty(new Project { Manifest = Some.WithPage() }.Build().Type("Made.MyToolTelemetry")
            .GetMembers("PageFields"));
    }

    [Fact]
    public void A_manifest_with_no_other_event_compiles()
    {
        var only = WithCommon.Replace(Some.Event("go"), "", StringComparison.Ordinal);
        foreach (var telemetry in new[] { "on", "off" })
            Assert.Empty(new Project { Manifest = only, Telemetry = telemetry }.Build().CompilerDiagnostics);
    }

    [Fact]
    public void The_channels_are_those_of_the_manifest() => Assert.Contains(
        "channels: global::Tallymark.NoticeChannels.Page | global::Tallymark.NoticeChannels.Terminal,",
        new Project { Manifest = WithCommon }.Build().Text);

    [Fact]
    public void Without_telemetry_the_relay_says_off()
    {
        const string Source = """
            public static class Cases
            {
                public static System.Func<string, System.ReadOnlyMemory<byte>, (int Status, byte[] Json)> Relay()
                {
                    var telemetry = Made.MyToolTelemetry.Start([]);
                    telemetry.PageFields = run => run.Scheme = Made.MyToolTelemetry.Scheme.Http;
                    return telemetry;
                }
            }
            """;
        var titled = WithCommon.Replace(
            "tool: my-tool\n", "tool: my-tool\ntitle: Mÿ \"tool\"\n", StringComparison.Ordinal);
        var built = new Project { Manifest = titled, Telemetry = "off", Sources = [Source] }.Build();
        var assembly = built.Load();
        Assert.DoesNotContain(
            assembly.GetReferencedAssemblies(), a => a.Name!.StartsWith("Tallymark", StringComparison.Ordinal));
        var relay = (Func<string, ReadOnlyMemory<byte>, (int Status, byte[] Json)>)assembly.GetType("Cases")!
            .GetMethod("Relay")!.Invoke(null, null)!;

        var (status, settings) = relay("settings", default);
        Assert.Equal(200, status);
        var json = JsonDocument.Parse(settings).RootElement;
        Assert.Equal(
            ("my-tool", "Mÿ \"tool\"", false, "server"),
            (json.GetProperty("tool").GetString(), json.GetProperty("title").GetString(),
                json.GetProperty("on").GetBoolean(), json.GetProperty("why").GetString()));
        var (answered, events) = relay("events", Encoding.UTF8.GetBytes("{}"));
        Assert.Equal((200, """{"on":false}"""), (answered, Encoding.UTF8.GetString(events)));
        Assert.Equal((409, 404), (relay("seen", default).Status, relay("tally", default).Status));
    }
}
