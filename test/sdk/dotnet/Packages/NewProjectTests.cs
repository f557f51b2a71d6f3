// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Tallymark.Package.Tests;

/// <summary>
/// A new project outside the repository, which can restore only the package: it builds, runs and records.
/// </summary>
public sealed class NewProjectTests(Feed feed)
{
    [Fact]
    public async Task A_new_project_builds_from_the_package_alone_shows_its_notice_and_records()
    {
        var project = feed.NewProject("greet").With("telemetry.yaml", Some.Manifest).WithProgram(Some.Program);
        var built = await project.Build();
        Assert.True(built.ExitCode == 0, built.All);
        Assert.DoesNotContain("warning", built.All);

        // Nothing is recorded before the notice was seen, and this tool's set-up is what shows it.
        Assert.Equal(7, (await project.Run("Ann")).ExitCode);
        Assert.Empty(project.Recorded());
        var notice = await project.Run("telemetry", "notice");
        Assert.Equal(0, notice.ExitCode);
        Assert.Contains("the makers of greet", notice.Errors);

        var run = await project.Run("Ann", "Bob");
        Assert.Equal((7, "Bonjour Ann, Bob\n", ""), (run.ExitCode, run.Output, run.Errors));
        var line = JsonDocument.Parse(Assert.Single(project.Recorded())).RootElement;
        Assert.Equal("hello", line.GetProperty("event").GetString());
        Assert.Equal("success", line.GetProperty("status").GetString());
        var fields = line.GetProperty("fields");
        Assert.Equal("french", fields.GetProperty("language").GetString());
        Assert.Equal(2, fields.GetProperty("names").GetInt64());
        Assert.Equal("2.1.0", fields.GetProperty("version").GetString());
        Assert.Equal(64, fields.GetProperty("installation").GetString()!.Length);

        // Started as its own uploader it never comes to Main; as another tool's, or by the variable alone, it does.
        var uploader = await project.RunAsUploaderOf("greet");
        Assert.Equal((0, "", ""), (uploader.ExitCode, uploader.Output, uploader.Errors));
        Assert.Equal(7, (await project.RunAsUploaderOf("another")).ExitCode);
        Assert.Equal(7, (await project.RunAsUploaderOf("greet", "Ann")).ExitCode);

        // Nothing catches these: the process dies as it would without telemetry, and the event is there all the same.
        Assert.Equal(1, await Crash(project, 134, "fail"));
        Assert.Equal(2, await Crash(project, 9, "fail", "politely"));
    }

    [Fact]
    public async Task A_build_that_goes_into_another_package_can_be_stopped_alone()
    {
        var project = feed.NewProject("greet-small").With("telemetry.yaml", Some.Manifest).WithProgram(Some.Program);
        var built = await project.Build(properties: "-p:PackageId=greet-small");
        Assert.True(built.ExitCode == 0, built.All);
        Assert.Equal(0, (await project.Run("telemetry", "notice")).ExitCode);
        project.WriteSettings("stop all packages=greet");
        Assert.Equal(7, (await project.Run("Ann")).ExitCode);
        Assert.Single(project.Recorded());
        project.WriteSettings("stop all packages=greet-small");
        Assert.Equal(7, (await project.Run("Ann")).ExitCode);
        Assert.Single(project.Recorded());
        Assert.Contains("settings stop all telemetry", (await project.Run("telemetry", "why")).Output);
    }

    static async Task<long> Crash(NewProject project, int exitCode, params string[] arguments)
    {
        project.DeleteRecorded();
        var crash = await project.Run(arguments);
        Assert.Equal(exitCode, crash.ExitCode);
        const string words = "Unhandled exception. System.InvalidOperationException: bang";
        Assert.Equal(exitCode == 134, crash.Errors.Contains(words, StringComparison.Ordinal));
        var line = JsonDocument.Parse(Assert.Single(project.Recorded())).RootElement;
        Assert.Equal("failure", line.GetProperty("status").GetString());
        return line.GetProperty("fields").GetProperty("names").GetInt64();
    }

    [Fact]
    public async Task The_runtime_compiles_no_method_of_the_SDK_where_the_package_has_it_precompiled()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Skip("The package is precompiled for Linux on x64 only.");
        var project = feed.NewProject("precompiled").With("telemetry.yaml", Some.Manifest).WithProgram(Some.Program);
        var built = await project.Build();
        Assert.True(built.ExitCode == 0, built.All);
        Assert.Equal(0, (await project.Run("telemetry", "notice")).ExitCode);

        var compiled = await project.RunListingCompiled("Ann");
        Assert.Single(project.Recorded());
        Assert.Contains(compiled, method => method.Contains("GreetTelemetry:Start", StringComparison.Ordinal));
        Assert.DoesNotContain(compiled, method => method.Contains("compiled Tallymark.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_trimmer_has_nothing_to_say_about_the_SDK_and_a_trimmed_tool_does_all_that_it_did()
    {
        var runtime = Path.Combine(Repository.Packages, "microsoft.netcore.app.runtime.linux-x64");
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
                && Directory.Exists(runtime),
            "The runtime that a tool is trimmed with was not restored here; ./bench.sh client restores it.");
        var project = feed.NewProject("trimmed", needsOthers: true).With("telemetry.yaml", Some.Manifest).WithProgram(Some.Program, """
            <PropertyGroup>
              <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
              <SelfContained>true</SelfContained>
              <PublishTrimmed>true</PublishTrimmed>
              <TrimmerSingleWarn>false</TrimmerSingleWarn>
              <InvariantGlobalization>true</InvariantGlobalization>
              <DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>
            </PropertyGroup>
            """);
        var tool = await project.Publish("greet.csproj"); // a warning of the trimmer would be an error
        var whole = Repository.Built("sdk/dotnet/Tallymark", "Tallymark.dll");
        Assert.True(new FileInfo(Path.Combine(tool, "Tallymark.dll")).Length < new FileInfo(whole).Length);

        Assert.Equal(0, (await project.RunIn(tool, "greet", "telemetry", "notice")).ExitCode);
        Assert.Equal(7, (await project.RunIn(tool, "greet", "Ann")).ExitCode);
        var line = Assert.Single(project.Recorded());
        Assert.Contains("\"names\":1", line);
        Assert.Equal(line + "\n", (await project.RunIn(tool, "greet", "telemetry", "preview")).Output);
        Assert.Contains(
            "To know how many are greeted", (await project.RunIn(tool, "greet", "telemetry", "show")).Output);
        using var status = JsonDocument.Parse(
            (await project.RunIn(tool, "greet", "telemetry", "status", "--json")).Output);
        Assert.Equal(1, status.RootElement.GetProperty("files_not_sent").GetInt32());
        var upload = await project.RunIn(tool, "greet", "telemetry", "upload"); // no server listens there
        Assert.Equal(1, upload.ExitCode);
        Assert.Contains("refused", upload.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await project.RunIn(tool, "greet", "telemetry", "off")).ExitCode);
        Assert.Empty(project.Recorded());
    }

    [Fact]
    public async Task A_broken_manifest_stops_the_build_at_its_line_and_column()
    {
        var broken = Some.Manifest.Replace("type: count", "type: number", StringComparison.Ordinal);
        var line = broken[..broken.IndexOf("number", StringComparison.Ordinal)].Split('\n').Length;
        var project = feed.NewProject("broken").With("telemetry.yaml", broken).WithProgram(Some.Program);
        var built = await project.Build();
        Assert.Equal(1, built.ExitCode);
        Assert.Matches($@"telemetry\.yaml\({line},15\): error TALLY\d{{4}}: .*number", built.All);
    }

    [Fact]
    public async Task A_project_that_only_references_one_with_telemetry_gets_no_API_whatever_files_it_has()
    {
        const string publicTypes = "<PropertyGroup><TallymarkVisibility>public</TallymarkVisibility></PropertyGroup>";
        var project = feed.NewProject("transitive");
        project
            .With("inner/telemetry.yaml", Some.Manifest)
            .With("inner/inner.csproj", project.ProjectFile(publicTypes, "Library"))
            .With(
                "inner/Class.cs",
                "public static class Inner { public static int Length => inner.GreetTelemetry.Notice.Length; }")
            .With("outer/telemetry.yaml", Some.Manifest)
            .With("outer/Program.cs", """
                using System;
                using System.Linq;

                Console.Write(Inner.Length > 0 ? "notice " : "");
                Console.Write(string.Join(",", System.Reflection.Assembly.GetExecutingAssembly().GetTypes()
                    .Select(t => t.Name).Where(n => n.Contains("Telemetry"))));
                return 0;
                """)
            .With("outer/greet.csproj", NewProject.OverInner);
        var built = await project.Build("outer/greet.csproj");
        Assert.True(built.ExitCode == 0, built.All);
        Assert.Equal("notice ", (await project.Run()).Output);
    }

    [Fact]
    public async Task The_project_names_a_manifest_at_another_path_and_can_exclude_the_default_one()
    {
        var project = feed.NewProject("elsewhere")
            .With("telemetry.yaml", "receivers: [otlp] # of another program")
            .With("docs/usage.yaml", Some.Manifest)
            .WithProgram(Some.Program, "<ItemGroup><TallymarkManifest Include=\"docs/usage.yaml\" /></ItemGroup>");
        var built = await project.Build();
        Assert.True(built.ExitCode == 0, built.All);

        var without = feed.NewProject("without")
            .With("telemetry.yaml", "receivers: [otlp] # of another program")
            .WithProgram(
                "return typeof(Tallymark.TelemetryClient).Assembly.GetName().Name == \"Tallymark\" ? 0 : 1;",
                """
                <PropertyGroup>
                  <EnableDefaultTallymarkManifest>false</EnableDefaultTallymarkManifest>
                </PropertyGroup>
                """);
        built = await without.Build();
        Assert.True(built.ExitCode == 0, built.All);
    }
}
