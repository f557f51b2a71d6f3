// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Package.Tests;

/// <summary>A web server gets the relay for its pages from the package Tallymark.AspNetCore, with one line.</summary>
public sealed class AspNetCoreTests(Feed feed)
{
    static readonly string Manifest = Some.Manifest
        .Replace("channel: setup", "channel: [page, terminal]", StringComparison.Ordinal)
        + """
          ui_event:
            source: page
            why: To learn which parts of the page are used.
            fields:
              component_id:
                type: enum
                values: [greet.names.add]
                why: To know the part of the page.
                example: greet.names.add
                published: true
              event_type:
                type: enum
                values: [onClick]
                why: To know what happened to it.
                example: onClick
                published: true
              component_type:
                type: enum
                values: [button]
                why: To know its kind.
                example: button
                published: true
              component_view_id:
                type: random-id
                why: To tell two renders apart.
                example: 88fc9edd-5e9e-4a17-abd2-c543f505b8eb
                published: false

        """;

    // The program is its own page: it prints the answers that a page would get, one in each line.
    const string Program = """
        using System.Text;
        using System.Text.Json;
        using greet;
        using Tallymark.AspNetCore;

        using var telemetry = GreetTelemetry.Start(args);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapTallymark(telemetry);
        await app.StartAsync();

        using var page = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        page.DefaultRequestHeaders.Add("Origin", app.Urls.Single());
        var settings = await page.GetStringAsync("/tallymark/settings");
        Console.WriteLine(settings);
        var scope = JsonDocument.Parse(settings).RootElement.TryGetProperty("scope", out var id) ? id.GetString() : "";
        Console.WriteLine((int)(await Post("seen", $"{{'scope':'{scope}'}}")).StatusCode);
        var time = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        var events = await Post("events", $"{{'scope':'{scope}','records':[{{'id':'{new string('a', 32)}',"
            + "'component':'greet.names.add','event':'onClick','type':'button',"
            + $"'view':'774db636-5cfa-4ce8-8f56-7e7126dc3439','time':{time}}}]}}");
        Console.WriteLine(await events.Content.ReadAsStringAsync());
        Console.WriteLine((await page.GetStringAsync("/tallymark/tally.js")).Length > 1000);

        Task<HttpResponseMessage> Post(string name, string body) => page.PostAsync(
            "/tallymark/" + name, new StringContent(body.Replace('\'', '"'), Encoding.UTF8, "application/json"));
        """;

    [Fact]
    public async Task One_line_adds_the_relay_which_records_what_a_page_posts()
    {
        var tool = Tool("web");
        var built = await tool.Build();
        Assert.True(built.ExitCode == 0, built.All);
        Assert.DoesNotContain("warning", built.All);
        var ended = await tool.Run();
        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        var answers = ended.Output.TrimEnd('\n').Split('\n');
        Assert.True(JsonDocument.Parse(answers[0]).RootElement.GetProperty("on").GetBoolean());
        Assert.Equal("204", answers[1]);
        Assert.Contains("\"taken\":1,\"known\":0,\"dropped\":0", answers[2]);
        Assert.Equal("True", answers[3]);
        Assert.Contains("\"component_id\":\"greet.names.add\"", Assert.Single(tool.Recorded()));
    }

    [Fact]
    public async Task A_build_without_telemetry_has_the_relay_but_not_the_SDK_and_says_off()
    {
        var tool = Tool("web-off");
        var folder = await tool.Publish("greet.csproj", "-p:TallymarkTelemetry=off");
        Assert.True(File.Exists(Path.Combine(folder, "Tallymark.AspNetCore.dll")));
        Assert.False(File.Exists(Path.Combine(folder, "Tallymark.dll")));
        var ended = await tool.RunIn(folder, "greet");
        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        Assert.Equal(
            """
            {"tool":"greet","title":"greet","on":false,"why":"server"}
            409
            {"on":false}
            True

            """,
            ended.Output);
        Assert.Empty(tool.Recorded());
    }

    NewProject Tool(string name)
    {
        const string Usings = "<PropertyGroup><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>";
        var more = Usings
            + $"""<ItemGroup><PackageReference Include="Tallymark.AspNetCore" Version="{feed.Version}" /></ItemGroup>""";
        var tool = feed.NewProject(name).With("telemetry.yaml", Manifest).WithProgram(Program);
        return tool.With("greet.csproj", tool.ProjectFile(more).Replace(
            "Microsoft.NET.Sdk", "Microsoft.NET.Sdk.Web", StringComparison.Ordinal));
    }
}
