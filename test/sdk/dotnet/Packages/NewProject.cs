// SPDX-License-Identifier: MIT
namespace Tallymark.Package.Tests;

/// <summary>
/// A project as a new user creates it: a folder with a project file, restored from the local feed alone.
/// </summary>
sealed class NewProject(Feed feed, string folder)
{
    /// <summary>The project of a program over the library <c>inner/inner.csproj</c>.</summary>
    public const string OverInner = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <OutDir>../bin/Debug/net10.0/</OutDir>
          </PropertyGroup>
          <ItemGroup><ProjectReference Include="../inner/inner.csproj" /></ItemGroup>
        </Project>
        """;

    /// <summary>True to restore third-party packages too, from those that this repository restored.</summary>
    public bool NeedsOthers { get; init; }

    public string Folder => folder;

    /// <summary>The program's home folder, empty at first. Default: a folder below the project.</summary>
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
    public Task<ProcessResult> Build(string project = "greet.csproj", params string[] properties) =>
        ProcessRun.Run("dotnet", ["build", .. Arguments(project, properties)], feed.Environment, folder);

    /// <summary>Builds and publishes; returns the folder.</summary>
    public async Task<string> Publish(string project, params string[] properties)
    {
        var output = Path.Combine(folder, "published");
        var published = await ProcessRun.Run(
            "dotnet", ["publish", "--configuration", "Debug", "--output", output, .. Arguments(project, properties)],
            feed.Environment, folder);
        published.With(0);
        Assert.DoesNotContain("warning", published.All);
        return output;
    }

    IEnumerable<string> Arguments(string project, string[] properties) =>
    [
        project, "--source", feed.Folder, .. NeedsOthers ? ["--source", Repository.Packages] : Array.Empty<string>(),
        "-p:UseSharedCompilation=false", "-consoleLoggerParameters:NoSummary", .. properties,
    ];

    /// <summary>Runs the built program with only its own variables, without CI and without a terminal.</summary>
    public Task<ProcessResult> Run(params string[] arguments) => Run(new(StringComparer.Ordinal), arguments);

    /// <summary>Runs a program from another folder than the build's.</summary>
    public Task<ProcessResult> RunIn(string binaries, string program, params string[] arguments) =>
        Run(new(StringComparer.Ordinal), binaries, program, arguments);

    /// <summary>Runs the program as the SDK does when an upload is due, or with another argument.</summary>
    public Task<ProcessResult> RunAsUploaderOf(string tool, string argument = "--tallymark-upload") =>
        Run(new Dictionary<string, string>(StringComparer.Ordinal) { ["TALLYMARK_UPLOAD"] = tool }, [argument]);

    /// <summary>Runs the program; returns the methods that the runtime had to compile.</summary>
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

    /// <summary>Runs the program with a terminal on all three streams; returns what the terminal shows.</summary>
    public async Task<string> RunOnTerminal()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = Home, ["TERM"] = "dumb" };
        var program = Path.Combine(folder, "bin/Debug/net10.0/greet");
        var ended = await ProcessRun.Run(
            "script", ["--quiet", "--return", "--command", program, "/dev/null"], variables, folder);
        return ended.With(0).Output;
    }

    Task<ProcessResult> Run(Dictionary<string, string> variables, string[] arguments) =>
        Run(variables, Path.Combine(folder, "bin/Debug/net10.0"), "greet", arguments);

    Task<ProcessResult> Run(Dictionary<string, string> variables, string binaries, string program, string[] arguments)
    {
        variables["HOME"] = Home;
        variables["HTTPS_PROXY"] = "http://127.0.0.1:9"; // no process listens there
        return ProcessRun.Run(Path.Combine(binaries, program), arguments, variables, folder);
    }

    /// <summary>The lines that the program has recorded (spec/spool.md).</summary>
    public string[] Recorded() => [.. SpoolFiles().SelectMany(File.ReadAllLines)];

    /// <summary>Deletes what was recorded so far.</summary>
    public void DeleteRecorded()
    {
        foreach (var file in SpoolFiles())
            File.Delete(file);
    }

    /// <summary>Writes collector settings as an uploader saves them (spec/settings.md).</summary>
    public void WriteSettings(string rule) => File.WriteAllText(
        Path.Combine(Home, ".local/state/tallymark/greet/settings"),
        $"tallymark-settings 1\nrules 1\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\nignored 0\n{rule}\n");

    string[] SpoolFiles()
    {
        var spool = Path.Combine(Home, ".local/state/tallymark/greet/spool");
        return Directory.Exists(spool) ? Directory.GetFiles(spool, "*.ndjson") : [];
    }
}
