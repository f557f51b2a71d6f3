// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Package.Tests;

/// <summary>A tool on System.CommandLine gets its `telemetry` command from the package Tallymark.CommandLine.</summary>
public sealed class CommandLineTests(Feed feed)
{
    static readonly string Manifest = Some.Manifest.Replace(
        "consent:\n", "consent:\n  option: --disable-metrics\n  show-option: --show-metrics\n",
            StringComparison.Ordinal);

    const string Program = """
        using System;
        using System.CommandLine;
        using greet;
        using Tallymark.CommandLine;

        using var telemetry = GreetTelemetry.Start(args);
        var root = new RootCommand("Greets people.");
        var hello = new Command("hello", "Greets.");
        hello.SetAction(_ => telemetry.Hello(run =>
        {
            Console.WriteLine("Bonjour");
            return 7;
        }));
        root.Add(hello);
        root.AddTelemetry(
            GreetTelemetry.Command, GreetTelemetry.FieldNames, GreetTelemetry.DisableOption,
            GreetTelemetry.ShowOption);
        return root.Parse(args).Invoke();
        """;

    [Fact]
    public async Task Every_verb_is_a_command_with_help_and_gives_the_answer_of_the_generated_class()
    {
        var tool = await Build("commands");
        var help = await tool.Run("telemetry", "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));

        // As in a tool without System.CommandLine.
        Assert.Equal(await SdkHelp(), (await tool.Run("telemetry", "help")).Output);

        // The verbs that the SDK itself knows, from its own help.
        var usage = (await tool.Run("telemetry", "share", "no_such_field")).Errors;
        Assert.Contains("there is no field `no_such_field`", usage);
        var verbs = VerbsOf(await SdkHelp());
        Assert.True(verbs.Count >= 12);
        var offered = help.Output.Split('\n').SkipWhile(l => l != "Commands:").Skip(1)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1);
        Assert.Equal(
            verbs.Order(StringComparer.Ordinal), offered.Select(words => words[0]).Order(StringComparer.Ordinal));
        foreach (var verb in verbs)
            Assert.Contains("--json", (await tool.Run("telemetry", verb, "--help")).Output);

        // Nothing is recorded before the notice; then the verbs answer about the very same state.
        Assert.Equal(7, (await tool.Run("hello")).ExitCode);
        Assert.Empty(tool.Recorded());
        Assert.Contains("the makers of greet", (await tool.Run("telemetry", "notice")).Errors);
        Assert.Equal(7, (await tool.Run("hello")).ExitCode);
        var line = Assert.Single(tool.Recorded());
        Assert.Equal(line + "\n", (await tool.Run("telemetry", "preview")).Output);
        Assert.Equal(1, (await tool.Run("telemetry", "verify")).ExitCode);
        Assert.Equal(
            "names",
            Json(await tool.Run("telemetry", "withhold", "names", "--json")).GetProperty("withheld")[0].GetString());
        Assert.Equal(
            0, Json(await tool.Run("telemetry", "share", "names", "--json")).GetProperty("withheld").GetArrayLength());
        Assert.Equal(2, (await tool.Run("telemetry", "withhold", "no_such_field")).ExitCode);
        Assert.Equal(0, (await tool.Run("telemetry", "off")).ExitCode);
        Assert.False(Json(await tool.Run("telemetry", "--json", "why")).GetProperty("on").GetBoolean());
        Assert.Empty(tool.Recorded());
    }

    [Fact]
    public async Task Every_command_has_the_tools_own_options_which_take_no_value()
    {
        var tool = await Build("options");
        Assert.Equal(0, (await tool.Run("telemetry", "notice")).ExitCode);
        Assert.Contains("--disable-metrics", (await tool.Run("hello", "--help")).Output);

        Assert.Equal(7, (await tool.Run("hello", "--disable-metrics")).ExitCode);
        Assert.Equal(7, (await tool.Run("--disable-metrics", "hello")).ExitCode);
        Assert.Empty(tool.Recorded());
        var refused = await tool.Run("hello", "--disable-metrics=true");
        Assert.Equal((1, false), (refused.ExitCode, refused.Output.Contains("Bonjour", StringComparison.Ordinal)));
        var why = Json(await tool.Run("--disable-metrics", "telemetry", "why", "--json"));
        Assert.Equal("option", why.GetProperty("source").GetString());

        var shown = await tool.Run("hello", "--show-metrics");
        Assert.Equal((7, Assert.Single(tool.Recorded()) + "\n"), (shown.ExitCode, shown.Errors));
    }

    // The library is `greet` itself under its own manifest; the host has telemetry too.
    [Fact]
    public async Task A_host_lists_its_libraries_and_runs_verbs_for_each()
    {
        const string InnerProgram = """
            public static class Inner
            {
                public static int Command(string[] args, string prefix) => inner.InnerTelemetry.Command(args, prefix);
            }
            """;
        var project = feed.NewProject("command-line-host", needsOthers: true)
            .With("inner/telemetry.yaml", Manifest.Replace("tool: greet", "tool: inner", StringComparison.Ordinal))
            .With("inner/Class.cs", InnerProgram);
        project.With("inner/inner.csproj", project.ProjectFile("", "Library"))
            .With("telemetry.yaml", Manifest)
            .WithProgram(
                Program.Replace(
                    "GreetTelemetry.ShowOption)", "GreetTelemetry.ShowOption, [\"inner\"])", StringComparison.Ordinal)
                    .Replace(
                        "    GreetTelemetry.Command,",
                        "    words => GreetTelemetry.Command(words, (\"inner\", Inner.Command)),", StringComparison.Ordinal),
                $"""
                <ItemGroup>
                  <PackageReference Include="Tallymark.CommandLine" Version="{feed.Version}" />
                  <ProjectReference Include="inner/inner.csproj" />
                </ItemGroup>
                """);
        foreach (var compiledOut in (bool[])[false, true])
        {
            var built = await project.Build("greet.csproj", "-p:TallymarkTelemetry=" + (compiledOut ? "off" : "on"));
            Assert.True(built.ExitCode == 0, built.All);
            Assert.Contains("inner", (await project.Run("telemetry", "libraries")).Output);
            var why = await project.Run("telemetry", "why", "--library", "inner");
            Assert.Contains(compiledOut ? "This build of inner has no" : "Telemetry for inner is on", why.Output);
            Assert.Equal(0, why.ExitCode);
            Assert.Contains(
                compiledOut ? "This build of greet has no" : "Telemetry for greet is on",
                (await project.Run("telemetry", "why")).Output);
            if (compiledOut)
                continue;
            Assert.Contains("--library", (await project.Run("telemetry", "--help")).Output);
            Assert.Equal(
                "greet telemetry --library inner: nothing is queued.\n",
                (await project.Run("telemetry", "--library", "inner", "preview")).Errors);
            var unknown = await project.Run("telemetry", "off", "--library", "iner");
            Assert.Equal(2, unknown.ExitCode);
            Assert.Equal(
                "greet telemetry: there is no library `iner`. Libraries that may record usage data: inner.\n",
                unknown.Errors);
        }
    }

    [Fact]
    public async Task Fields_are_completed()
    {
        var tool = await Build("completion");
        var offered = await tool.Run("[suggest:25]", "greet telemetry withhold ");
        Assert.Equal(["installation", "language", "names", "version"],
            offered.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] is not ('-' or '/'))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_build_without_telemetry_has_the_command_but_not_the_SDK()
    {
        var tool = Tool("off");
        var folder = await tool.Publish("greet.csproj", "-p:TallymarkTelemetry=off");
        Assert.True(File.Exists(Path.Combine(folder, "Tallymark.CommandLine.dll")));
        Assert.False(File.Exists(Path.Combine(folder, "Tallymark.dll")));
        Assert.Equal(7, (await tool.RunIn(folder, "greet", "hello")).ExitCode);
        var status = await tool.RunIn(folder, "greet", "telemetry", "status");
        Assert.Equal((0, ""), (status.ExitCode, status.Errors));
        Assert.Contains("This build of greet has no telemetry", status.Output);
    }

    // From the plain tool, which passes its arguments to the generated class unchanged.
    async Task<string> SdkHelp()
    {
        var plain = feed.NewProject("plain-verbs").With("telemetry.yaml", Some.Manifest).WithProgram(Some.Program);
        Assert.Equal(0, (await plain.Build()).ExitCode);
        return (await plain.Run("telemetry", "help")).Output;
    }

    static List<string> VerbsOf(string help)
    {
        Assert.StartsWith("usage: greet telemetry VERB ", help);
        return [.. help.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => line.Trim().Split(' ')[0])];
    }

    static JsonElement Json(ProcessResult ended)
    {
        Assert.True(ended.ExitCode == 0, ended.All);
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    NewProject Tool(string name) =>
        feed.NewProject("command-line-" + name, needsOthers: true).With("telemetry.yaml", Manifest).WithProgram(Program,
            $"""<ItemGroup><PackageReference Include="Tallymark.CommandLine" Version="{feed.Version}" /></ItemGroup>""");

    async Task<NewProject> Build(string name)
    {
        var tool = Tool(name);
        var built = await tool.Build();
        Assert.True(built.ExitCode == 0, built.All);
        Assert.DoesNotContain("warning", built.All);
        return tool;
    }
}
