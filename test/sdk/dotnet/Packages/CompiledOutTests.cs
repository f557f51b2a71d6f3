// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Tallymark.Package.Tests;

/// <summary>
/// Builds by packagers: a tool without telemetry, with nothing of it in its folder, and a tool whose data goes to the
/// distributor.
/// </summary>
public sealed class CompiledOutTests(Feed feed)
{
    const string Address = "https://usage.distribution.example/v1/batches";
    static readonly string[] Telling = ["telemetry.example", "the makers of greet", "TALLYMARK_UPLOAD"];

    [Fact]
    public async Task A_tool_with_telemetry_has_what_the_other_tests_look_for()
    {
        var project = Tool("with");
        var folder = await project.Publish("greet.csproj");
        Assert.Contains("Tallymark.dll", Names(folder));
        foreach (var word in Telling)
            Assert.NotEmpty(FilesWith(folder, word));
        Assert.NotEmpty(FilesWith(folder, "System.Net.Http", "*.dll"));

        // Every member of its answers is in the one answer that a build without telemetry has for all verbs.
        var without = Tool("with-answers");
        Assert.Equal(0, (await without.Build("greet.csproj", "-p:TallymarkTelemetry=off")).ExitCode);
        var answer = JsonDocument.Parse((await without.Run("telemetry", "verify", "--json")).Output).RootElement;
        foreach (var verb in new[] { "status", "why", "verify", "off", "show", "preview", "log", "upload", "delete" })
        {
            var said = await project.RunIn(folder, "greet", "telemetry", verb, "--json");
            Assert.All(
                JsonDocument.Parse(said.Output).RootElement.EnumerateObject(),
                m => Assert.True(answer.TryGetProperty(m.Name, out _), m.Name));
        }
    }

    [Theory]
    [InlineData("greet")]
    [InlineData("outer")]
    public async Task A_published_tool_without_telemetry_has_nothing_of_it_in_its_folder(string which)
    {
        var project = which == "greet" ? Tool("without") : ToolOverLibrary("without-library");
        var folder = await project.Publish(
            which + ".csproj", which == "greet" ? "-p:TallymarkTelemetry=off" : "-p:TallymarkTelemetry= Off ");
        Assert.DoesNotContain(Names(folder), name => name.StartsWith("Tallymark", StringComparison.OrdinalIgnoreCase));
        foreach (var word in Telling)
            Assert.Empty(FilesWith(folder, word));

        // Symbols list every assembly that the compiler was offered; what the program references stands in the
        // assemblies.
        Assert.Empty(FilesWith(folder, "System.Net.Http", "*.dll"));

        var run = await project.RunIn(folder, which, "Ann", "Bob");
        Assert.Equal((7, "Bonjour Ann, Bob\n", ""), (run.ExitCode, run.Output, run.Errors));
        Assert.Equal(0, (await project.RunIn(folder, which, "telemetry", "notice")).ExitCode);
        await project.RunIn(folder, which, "Ann");
        Assert.Empty(Directory.GetFileSystemEntries(project.Home));

        var status = await project.RunIn(folder, which, "telemetry", "status");
        Assert.Equal(
            (0, "This build of greet has no telemetry:\nnothing is recorded, nothing can be sent.\n"),
            (status.ExitCode, status.Output));
        var verify = await project.RunIn(folder, which, "telemetry", "verify", "--json");
        Assert.Equal(0, verify.ExitCode);
        Assert.True(JsonDocument.Parse(verify.Output).RootElement.GetProperty("compiled_out").GetBoolean());
        Assert.Equal(1, (await project.RunIn(folder, which, "telemetry", "on")).ExitCode);
    }

    [Fact]
    public async Task A_value_other_than_on_and_off_stops_the_build()
    {
        var built = await Tool("misspelt").Build("greet.csproj", "-p:TallymarkTelemetry=disabled");
        Assert.Equal(1, built.ExitCode);
        Assert.Contains("error TALLY1002: TallymarkTelemetry is `disabled`, but must be `on` or `off`.", built.All);
    }

    [Fact]
    public async Task A_distributor_may_receive_the_data_itself_and_its_users_see_the_notice_again()
    {
        // Characters that the compiler or MSBuild could misread: quotes, the start of a comment, a separator.
        const string Name = "Example's \"Linux\" #1, Ltd; São";
        var project = Tool("distribution", $"""
            <PropertyGroup>
              <TallymarkDistributor>{Name}</TallymarkDistributor>
              <TallymarkRecipient>the people of {Name}</TallymarkRecipient>
              <TallymarkEndpoint>{Address}</TallymarkEndpoint>
            </PropertyGroup>
            """);
        var makers = Tool("makers");
        Assert.Equal(0, (await makers.Build()).ExitCode);
        var built = await project.Build();
        Assert.True(built.ExitCode == 0, built.All);
        Assert.Empty(FilesWith(Path.Combine(project.Folder, "bin/Debug/net10.0"), "telemetry.example"));

        // The makers' build was agreed to and has recorded; the distribution's build comes to the same home.
        Assert.Equal(0, (await makers.Run("telemetry", "notice")).ExitCode);
        await makers.Run("Ann");
        var recorded = Assert.Single(makers.Recorded());
        project.Home = makers.Home;
        await project.Run("Ann");
        Assert.Equal([recorded], makers.Recorded());

        var notice = await project.Run("telemetry", "notice");
        var words = notice.Errors.Replace('\n', ' ');
        Assert.Contains($"received by the people of {Name} and kept", words);
        Assert.Contains($"This build of greet comes from {Name}.", words);
        await project.Run("Ann");
        Assert.Equal([recorded], makers.Recorded());
        var folder = Assert.Single(
            Directory.GetDirectories(Path.Combine(project.Home, ".local/state/tallymark"), "greet@*"));
        var line = await File.ReadAllTextAsync(
            Assert.Single(Directory.GetFiles(Path.Combine(folder, "spool"))), TestContext.Current.CancellationToken);
        Assert.NotEqual(Installation(recorded), Installation(line));

        var status = await project.Run("telemetry", "status", "--json");
        var json = JsonDocument.Parse(status.Output).RootElement;
        Assert.Equal(Name, json.GetProperty("distributor").GetString());
        Assert.Equal("the people of " + Name, json.GetProperty("recipient").GetString());
        Assert.Equal(folder, json.GetProperty("folder").GetString());
        Assert.Contains($"Distributor: {Name}\n", (await project.Run("telemetry", "status")).Output);
        Assert.Contains("Distributor: not named in this build\n", (await makers.Run("telemetry", "status")).Output);
    }

    [Fact]
    public async Task A_distributors_address_follows_the_rules_of_the_manifest()
    {
        var built = await Tool("plain").Build("greet.csproj",
            "-p:TallymarkEndpoint=http://usage.example/v1/batches", "-p:TallymarkRecipient=Example");
        Assert.Equal(1, built.ExitCode);
        Assert.Contains("error TALLY1003: TallymarkEndpoint: `http:` sends the data unencrypted.", built.All);
    }

    static string Installation(string line) =>
        JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("installation").GetString()!;

    NewProject Tool(string name, string more = "") =>
        feed.NewProject("out-" + name).With("telemetry.yaml", Some.Manifest).WithProgram(Some.Program, more);

    // The program gets the package only by way of the library that has the manifest.
    NewProject ToolOverLibrary(string name)
    {
        const string PublicTypes =
            "<PropertyGroup><TallymarkVisibility>public</TallymarkVisibility>"
            + "<RootNamespace>greet</RootNamespace></PropertyGroup>";
        var project = feed.NewProject("out-" + name);
        return project
            .With("inner/telemetry.yaml", Some.Manifest)
            .With("inner/inner.csproj", project.ProjectFile(PublicTypes, "Library"))
            .With("inner/Nothing.cs", "namespace Inner;")
            .With("Program.cs", Some.Program)
            .With("outer.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <OutputType>Exe</OutputType>
                    <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
                  </PropertyGroup>
                  <ItemGroup><Compile Include="*.cs" /><ProjectReference Include="inner/inner.csproj" /></ItemGroup>
                </Project>
                """);
    }

    static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f))];

    /// <summary>The files that hold a text in UTF-8 or UTF-16, whatever they are.</summary>
    static string[] FilesWith(string folder, string text, string files = "*") =>
    [
        .. Directory.GetFiles(folder, files, SearchOption.AllDirectories).Where(file =>
        {
            var bytes = File.ReadAllBytes(file).AsSpan();
            return bytes.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0
                || bytes.IndexOf(Encoding.Unicode.GetBytes(text)) >= 0;
        }),
    ];
}
