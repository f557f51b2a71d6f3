// SPDX-License-Identifier: MIT
using System.Globalization;
using System.IO.Compression;

namespace Dn.Tests;

/// <summary>Each command does what its name says, on real projects.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task New_makes_a_program_that_build_compiles_and_run_runs()
    {
        using var here = new Workplace();
        (await here.Dn("new", "console", "--name", "hello")).With(0);
        Assert.Equal(["hello/Program.cs", "hello/hello.dnproj"], here.Files());
        var built = (await here.Dn("build", "hello")).With(0);
        Assert.Equal(
            $"hello -> {here["hello/bin/Debug/net10.0/hello.dll"]}\nbuilt hello\n", built.Output);

        // Nothing has changed, so nothing is compiled again.
        Assert.Equal("built hello\n", (await here.Dn("build", "hello")).With(0).Output);
        Assert.Equal("Hello, World!\n", (await here.Dn("run", "--project", "hello")).With(0).Output);
        Assert.Equal("Hello, World!\n", (await here.Dn("hello/bin/Debug/net10.0/hello.dll")).With(0).Output);

        (await here.Dn("clean", "hello")).With(0);
        Assert.Equal(["hello/Program.cs", "hello/hello.dnproj"], here.Files());
        (await here.Dn("new", "console", "--name", "hello")).With(6);
    }

    [Fact]
    public async Task A_programs_arguments_output_and_exit_code_pass_through()
    {
        using var here = new Workplace();
        here.Write("app.dnproj", "# a comment\noutput: exe\nframeworks: net10.0, net9.0\nversion: 2.1.0\n");
        here.Write("Program.cs", """
            Console.WriteLine(string.Join('|', args));
            Console.Error.WriteLine(typeof(Program).Assembly.GetName().Version);
            #if NET10_0_OR_GREATER
            return 42;
            #else
            return 9;
            #endif
            """);
        (await here.Dn("run")).With(2);
        var ended = (await here.Dn("run", "-f", "net10.0", "--", "one two", "--three")).With(42);
        Assert.Equal("2.1.0.0\n", ended.Errors);
        Assert.EndsWith("one two|--three\n", ended.Output, StringComparison.Ordinal);
        (await here.Dn("run", "--framework", "net9.0")).With(9);
        (await here.Dn("bin/Debug/net9.0/app.dll", "x")).With(9);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_program_gets_the_signal_that_ends_dn_and_dn_records_how_it_ended(string signal, int code)
    {
        using var here = new Workplace();
        await here.SeeNotice();
        (await here.Dn("new", "console", "--name", "app")).With(0);
        here.Write("app/Program.cs", "Console.WriteLine(Environment.ProcessId);\nConsole.Read();\n");
        using var dn = ProcessRun.Start(
            Sample.Tool, ["run", "--project", "app"], here.Environment, here.Folder);
        while (await dn.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
            && !int.TryParse(line, CultureInfo.InvariantCulture, out _))
        {
        }

        Signals.Send(dn.Id, signal);
        // The pipe of standard output ends when the program has ended as well.
        var ended = (await ProcessRun.End(dn, TestContext.Current.CancellationToken)).With(code);
        Assert.Equal("", ended.Errors);
        Assert.Contains(here.Recorded(), line => line.Contains(
            $"\"command\":\"run\",\"exit_code\":{code},", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_framework_that_is_named_twice_is_one()
    {
        using var here = new Workplace();
        (await here.Dn("new", "console", "--name", "app")).With(0);
        here.Write("app/app.dnproj", "frameworks: net10.0, net10.0\n");
        Assert.EndsWith("Hello, World!\n", (await here.Dn("run", "--project", "app")).With(0).Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mstest")]
    [InlineData("nunit")]
    [InlineData("xunit")]
    public async Task Test_runs_the_tests_and_fails_with_them(string runner)
    {
        using var here = new Workplace();
        (await here.Dn("new", "test", "--name", "t", "--test-runner", runner)).With(0);
        var test = await File.ReadAllTextAsync(here["t/Tests.cs"], TestContext.Current.CancellationToken);
        here.Write("t/Tests.cs", test.Replace("1 + 1 != 2", "1 + 1 != 3", StringComparison.Ordinal));
        here.Write("t/More.cs", test.Replace("Tests", "More", StringComparison.Ordinal)
            .Split("// Marks")[0]);
        var ended = (await here.Dn("test", "t")).With(5);
        Assert.Contains("\npassed More.One_and_one_is_two\n", ended.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nfailed Tests.One_and_one_is_two: it is not\n1 passed, 1 failed\n", ended.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("\n1 passed, 0 failed\n", "\n" + (await here.Dn("test", "t", "--filter", "More")).With(0).Output,
            StringComparison.Ordinal);
        (await here.Dn("test", "t", "--filter", "None", "--no-build")).With(5);
    }

    [Fact]
    public async Task Pack_makes_a_package_that_another_project_restores_and_uses()
    {
        using var here = new Workplace();
        (await here.Dn("new", "classlib", "--name", "Greetings")).With(0);
        var packed = (await here.Dn("pack", "Greetings", "-o", "feed")).With(0);
        Assert.EndsWith("packed feed/Greetings.1.0.0.nupkg\n", packed.Output, StringComparison.Ordinal);
        await using (var zip = await ZipFile.OpenReadAsync(here["feed/Greetings.1.0.0.nupkg"],
            TestContext.Current.CancellationToken))
        {
            Assert.Equal(["Greetings.nuspec", "lib/net10.0/Greetings.dll"], zip.Entries.Select(e => e.FullName));
        }

        here.Write("app/app.dnproj", "output: exe\nframeworks: net10.0\npackages: Greetings 1.0.0\n");
        here.Write("app/Program.cs", "Console.WriteLine(Greeter.Greet(\"dn\"));\n");
        (await here.Dn("restore", "app")).With(3);
        (await here.Dn("build", "app", "--no-restore", "--source", "feed")).With(3);
        Assert.StartsWith("restored Greetings 1.0.0\n",
            (await here.Dn("restore", "app", "--source", "feed")).With(0).Output, StringComparison.Ordinal);
        Assert.EndsWith("Hello, dn!\n", (await here.Dn("run", "--project", "app")).With(0).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_copies_what_a_program_needs_for_a_runtime_id_of_the_project()
    {
        using var here = new Workplace();
        here.Write("app/app.dnproj",
            "output: exe\nframeworks: net10.0\nreferences: ../lib/lib.dnproj\nruntimes: linux-x64, win-x64\n");
        here.Write("app/Program.cs", "Console.WriteLine(Lib.Word);\n");
        here.Write("lib/lib.dnproj", "output: library\nframeworks: net10.0\n");
        here.Write("lib/Lib.cs", "public static class Lib { public const string Word = \"word\"; }\n");
        (await here.Dn("publish", "app", "-r", "osx-arm64")).With(2);
        (await here.Dn("publish", "app", "-r", "linux-x64", "-o", "out")).With(0);
        Assert.Equal(
            ["out/app.dll", "out/app.pdb", "out/app.runtimeconfig.json", "out/lib.dll"],
            here.Files().Where(file => file.StartsWith("out/", StringComparison.Ordinal)));
        Assert.Equal("word\n", (await here.Dn("out/app.dll")).With(0).Output);
    }
}
