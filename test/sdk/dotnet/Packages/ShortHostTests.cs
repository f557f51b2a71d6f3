// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Tallymark.Package.Tests;

/// <summary>
/// Programs that end at once and use a library with telemetry, built from the packages: which of them start an uploader
/// (docs/adr/0037-uploads-of-short-hosts.md). The collector is unreachable; an uploader leaves `answer`.
/// </summary>
public sealed class ShortHostTests(Feed feed)
{
    const string Library = """
        public static class Inner
        {
            static readonly inner.GreetTelemetry Telemetry = inner.GreetTelemetry.Start([]);

            public static int Run(string[] args) => args is ["telemetry", .. var rest]
                ? inner.GreetTelemetry.Command(rest)
                : Telemetry.Hello(run => { run.Names = args.Length; return 7; });
        }
        """;

    [Fact]
    public async Task A_host_starts_the_uploader_in_the_library_s_assembly_where_a_runtime_is_installed()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace(1) waits for the processes that a program starts");
        var project = feed.NewProject("short-host");
        project.With("inner/telemetry.yaml", Some.Manifest)
            .With("inner/inner.csproj", project.ProjectFile("", "Library"))
            .With("inner/Class.cs", Library)
            .With("outer/Program.cs", "return Inner.Run(args);")
            .With("outer/greet.csproj", NewProject.OverInner);
        (await project.Build("outer/greet.csproj")).With(0);
        var binaries = Path.Combine(project.Folder, "bin/Debug/net10.0");
        Assert.Equal(0, (await project.Run("telemetry", "notice")).ExitCode);
        Assert.Equal(7, (await project.Run("Ann")).ExitCode);

        Assert.True(await LeavesAnAnswer(project, Path.Combine(binaries, "greet")));
        Assert.True(await LeavesAnAnswer(project, "dotnet", Path.Combine(binaries, "greet.dll")));

        // As a program that brings its own runtime: the same runtime in a folder without `dotnet`.
        var own = Path.Combine(project.Folder, "runtime");
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        var copied = await ProcessRun.Run(
            "sh",
            ["-c", "mkdir -p $0/shared && cp -a $1/host $0/ && cp -a $1/shared/Microsoft.NETCore.App $0/shared/", own, root],
            feed.Environment, project.Folder);
        copied.With(0);
        Assert.False(await LeavesAnAnswer(project, "env", "DOTNET_ROOT=" + own, Path.Combine(binaries, "greet")));
    }

    // strace(1) ends with the last process. The thread of a host that starts none has not connected by then.
    static async Task<bool> LeavesAnAnswer(NewProject project, params string[] command)
    {
        var state = Path.Combine(project.Home, ".local/state/tallymark/greet");
        File.Delete(Path.Combine(state, "answer"));
        await File.WriteAllTextAsync(
            Path.Combine(state, "due"), "2020-01-01T00:00:00Z\n", TestContext.Current.CancellationToken);
        var ended = await project.RunIn(
            "/usr/bin", "strace", ["-f", "-qq", "-e", "trace=none", "-o", "/dev/null", .. command, "Ann"]);
        Assert.Equal(new ProcessResult(7, "", ""), ended);
        return File.Exists(Path.Combine(state, "answer"));
    }
}
