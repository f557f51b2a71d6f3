// SPDX-License-Identifier: MIT
namespace Dn.Tests;

/// <summary>Mistakes end with a message that says where, and with the exit code of the README.</summary>
public sealed class ErrorTests
{
    [Fact]
    public async Task A_source_with_an_error_is_named_with_its_line()
    {
        using var here = new Workplace();
        here.Write("app.dnproj", "output: exe\nframeworks: net10.0\n");
        here.Write("Program.cs", "Console.WriteLine(1);\nint x = \"text\";\n");
        var ended = (await here.Dn("build")).With(4);
        Assert.Contains("Program.cs(2,9): error CS0029: ", ended.Output, StringComparison.Ordinal);
        Assert.Equal("dn: error: app: 1 error\n", ended.Errors);
        Assert.False(File.Exists(here["bin/Debug/net10.0/app.dll"]));
    }

    [Theory]
    [InlineData("output: exe\n", "'frameworks' is missing")]
    [InlineData("output: dll\nframeworks: net10.0\n", "'dll' is no output")]
    [InlineData("output: test\nframeworks: net10.0\n", "'test-runner' is missing")]
    [InlineData("test-runner: xunit\nframeworks: net10.0\n", "'test-runner' is only for projects with 'output: test'")]
    [InlineData("frameworks: net10.0\nauthors: me\n", "(2): unknown key 'authors'")]
    [InlineData("frameworks: net10.0\nframeworks: net9.0\n", "(2): duplicate key 'frameworks'")]
    [InlineData("frameworks:\n", "(1): 'frameworks' has no value")]
    [InlineData("frameworks: net10.0\npackages: ../evil 1.0\n", "'../evil 1.0' is no package")]
    [InlineData("frameworks: net4\n", "'net4' can't be built here")]
    [InlineData("frameworks: net10.0\nversion: ../../evil\n", "'../../evil' is no version")]
    [InlineData("frameworks: net10.0\nreferences: gone.dnproj\n", "gone.dnproj' does not exist")]
    [InlineData("frameworks: net10.0\nreferences: app.dnproj\n", "These projects use each other: app -> app")]
    public async Task A_project_file_with_a_mistake_is_refused(string text, string message)
    {
        using var here = new Workplace();
        here.Write("app.dnproj", text);
        var ended = (await here.Dn("build")).With(2);
        Assert.StartsWith("dn: error: ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains(message, ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("build", 2)]
    [InlineData("build nowhere", 2)]
    [InlineData("nowhere.dll", 2)]
    [InlineData("new castle", 2)]
    [InlineData("new console --test-runner xunit", 2)]
    [InlineData("new test --test-runner ours", 2)]
    [InlineData("new console --framework net1.0", 2)]
    [InlineData("new console --name a/b", 2)]
    [InlineData("new console --name ..", 2)]
    [InlineData("new console --name=", 1)]
    [InlineData("new console --output=", 1)]
    [InlineData("build --configuration=", 1)]
    [InlineData("biuld", 1)]
    [InlineData("build --no-such-option", 1)]
    public async Task A_command_that_can_not_work_says_so(string command, int code)
    {
        using var here = new Workplace();
        Assert.NotEmpty((await here.Dn(command.Split(' '))).With(code).Errors);
        Assert.Empty(here.Files());
    }

    [Fact]
    public async Task A_crash_has_an_exit_code_of_its_own_which_is_recorded_and_nothing_else_about_it()
    {
        using var here = new Workplace();
        await here.SeeNotice();
        here.Write("app.dnproj", "frameworks: net10.0\nreferences: sternwarte\0.dll\n");
        var ended = (await here.Dn("build")).With(7);
        Assert.StartsWith("dn: error: dn has crashed: System.ArgumentException: ", ended.Errors, StringComparison.Ordinal);
        var line = Assert.Single(here.Recorded());
        Assert.Contains("\"status\":\"failure\"", line, StringComparison.Ordinal);
        Assert.Contains("\"exit_code\":7,", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Argument", line.Replace("\"arguments\"", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.DoesNotContain("sternwarte", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lib/../../evil.dll")]
    [InlineData("lib/../evil.dll")]
    [InlineData("evil.dll")]
    public async Task A_package_can_not_write_outside_its_folder(string entry)
    {
        using var here = new Workplace();
        here.Write("app.dnproj", "frameworks: net10.0\npackages: Bad 1.0\n");
        Directory.CreateDirectory(here["packages"]);
        await using (var zip = await System.IO.Compression.ZipFile.OpenAsync(here["packages/Bad.1.0.nupkg"],
            System.IO.Compression.ZipArchiveMode.Create, TestContext.Current.CancellationToken))
        {
            await using var content = await zip.CreateEntry(entry).OpenAsync(TestContext.Current.CancellationToken);
            content.WriteByte(1);
        }

        Assert.Contains("it has no assembly", (await here.Dn("restore")).With(3).Errors, StringComparison.Ordinal);
        Assert.Equal(["app.dnproj", "packages/Bad.1.0.nupkg"], here.Files());
    }
}
