// SPDX-License-Identifier: MIT
// A project as a stranger would make it: a folder with a project file, restored from the local feed alone.

namespace Tallymark.Package.Tests;

sealed class NewProject(Feed feed, string folder)
{
    /// <summary>Restores from what this repository restored too: packages that are not ours.</summary>
    public bool NeedsOthers { get; init; }

    public string Folder => folder;

    /// <summary>A home folder of its own for the program, with nothing in it.</summary>
    public string Home
    {
        get => field ?? Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        set;
    }

    public NewProject With(string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <summary>A project file of a program that references the package.</summary>
    public NewProject WithProgram(string program, string more = "") =>
        With("greet.csproj", ProjectFile(more)).With("Program.cs", program);

    public string ProjectFile(string more, string outputType = "Exe") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>{outputType}</OutputType>
            <Nullable>enable</Nullable>
            <Version>2.1.0</Version>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
          </PropertyGroup>
          <ItemGroup>
            <Compile Include="*.cs" />
            <PackageReference Include="Tallymark" Version="{feed.Version}" />
          </ItemGroup>
          {more}
        </Project>
        """;

    /// <summary>Restores from the feed alone and builds.</summary>
    public Task<Ended> Build(string project = "greet.csproj", params string[] properties) =>
        Ended.Of("dotnet", folder, feed.Environment, ["build", .. Arguments(project, properties)]);

    /// <summary>Builds and publishes; gives the folder.</summary>
    public async Task<string> Publish(string project, params string[] properties)
    {
        var output = Path.Combine(folder, "published");
        var published = await Ended.Of("dotnet", folder, feed.Environment,
            ["publish", "--configuration", "Debug", "--output", output, .. Arguments(project, properties)]);
        Assert.True(published.ExitCode == 0, published.All);
        Assert.DoesNotContain("warning", published.All);
        return output;
    }

    IEnumerable<string> Arguments(string project, string[] properties) =>
    [
        project, "--source", feed.Folder, .. NeedsOthers ? ["--source", Feed.OthersPackages] : Array.Empty<string>(),
        "-p:UseSharedCompilation=false", "-consoleLoggerParameters:NoSummary", .. properties,
    ];

    /// <summary>Runs the built program in an environment of its own, without CI and without a terminal.</summary>
    public Task<Ended> Run(params string[] arguments) => Run(new(StringComparer.Ordinal), arguments);

    /// <summary>Runs a program in another folder than the build's.</summary>
    public Task<Ended> RunIn(string binaries, string program, params string[] arguments) =>
        Run(new(StringComparer.Ordinal), binaries, program, arguments);

    /// <summary>Runs it as the SDK does when an upload of that tool is due.</summary>
    public Task<Ended> RunAsUploaderOf(string tool) =>
        Run(new Dictionary<string, string>(StringComparer.Ordinal) { ["TALLYMARK_UPLOAD"] = tool }, ["Ann"]);

    /// <summary>Runs it, and gives what the runtime had to compile, a method a line.</summary>
    public async Task<string[]> RunListingCompiled(params string[] arguments)
    {
        var list = Path.Combine(folder, "compiled.txt");
        var ended = await Run(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["DOTNET_JitStdOutFile"] = list,
                ["DOTNET_JitDisasmSummary"] = "1",
            },
            arguments);
        Assert.Equal("", ended.Errors);
        return await File.ReadAllLinesAsync(list, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs it as a user does, with a terminal on all three; what the terminal shows.</summary>
    public async Task<string> RunOnTerminal()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = Home, ["TERM"] = "dumb" };
        var program = Path.Combine(folder, "bin/Debug/net10.0/greet");
        var ended = await Ended.Of("script", folder, variables, "--quiet", "--return", "--command", program, "/dev/null");
        Assert.True(ended.ExitCode == 0, ended.All);
        return ended.Output;
    }

    Task<Ended> Run(Dictionary<string, string> variables, string[] arguments) =>
        Run(variables, Path.Combine(folder, "bin/Debug/net10.0"), "greet", arguments);

    Task<Ended> Run(Dictionary<string, string> variables, string binaries, string program, string[] arguments)
    {
        variables["HOME"] = Home;
        variables["TALLYMARK_ENDPOINT"] = "http://127.0.0.1:9/v1/batches"; // nobody listens there
        return Ended.Of(Path.Combine(binaries, program), folder, variables, arguments);
    }

    /// <summary>The lines that the program has recorded, spec/spool.md.</summary>
    public string[] Recorded() => [.. SpoolFiles().SelectMany(File.ReadAllLines)];

    /// <summary>Takes away what was recorded so far.</summary>
    public void Forget()
    {
        foreach (var file in SpoolFiles())
            File.Delete(file);
    }

    /// <summary>Lays down settings of the recipient, as an uploader keeps them: spec/settings.md.</summary>
    public void Settle(string rule) => File.WriteAllText(
        Path.Combine(Home, ".local/state/tallymark/greet/settings"),
        $"tallymark-settings 1\nrules 1\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\nignored 0\n{rule}\n");

    string[] SpoolFiles()
    {
        var spool = Path.Combine(Home, ".local/state/tallymark/greet/spool");
        return Directory.Exists(spool) ? Directory.GetFiles(spool, "*.ndjson") : [];
    }
}
