// SPDX-License-Identifier: MIT
namespace Kmpkg.Tests;

/// <summary>
/// The behaviour of install if a port cannot be built: its own exit code, a message that says why, and nothing left
/// behind.
/// </summary>
public sealed class BrokenPortTests
{
    [Theory]
    [InlineData("fetch header.h", "'fetch' is not a step")]
    [InlineData("install header.h include/a.h", "'install' is not a step, or has the wrong arguments")]
    [InlineData("archive -> lib/a.a", "'archive' is not a step, or has the wrong arguments")]
    [InlineData("require-file absent.h", "file 'absent.h' does not exist")]
    [InlineData("check-sha256 header.h 00", "'header.h' has changed: its SHA-256 is ")]
    [InlineData("install ../port.txt -> include/a.h", "'../port.txt' is outside the port's folder")]
    [InlineData("install header.h -> include/../../a.h", "'include/../../a.h' is not below one of")]
    [InlineData("install header.h -> /tmp/a.h", "'/tmp/a.h' is not below one of")]
    [InlineData("install header.h -> .kmpkg/ports/x", "'.kmpkg/ports/x' is not below one of")]
    [InlineData("install header.h -> include/first.h", "'include/first.h' exists already")]
    [InlineData("configure odd.in -> include/a.h", "unknown placeholder '@WHAT@'")]
    public async Task A_recipe_that_fails_leaves_nothing_and_says_in_which_line(string step, string message)
    {
        using var here = new Workplace();
        here.Port("good");
        here.Port("bad", "good", $"# a remark\ninstall header.h -> include/first.h\n{step}\n");
        await File.WriteAllTextAsync(
            Path.Combine(here.Ports, "bad/odd.in"), "@VERSION@ @WHAT@\n", TestContext.Current.CancellationToken);

        var ended = (await here.Kmpkg("install", "bad")).With(4);
        Assert.StartsWith($"kmpkg: error: bad: recipe.txt, line 3: {message}", ended.Errors, StringComparison.Ordinal);
        Assert.Equal([".kmpkg/ports/good", "include/good.h"], here.Files().Keys);
        Assert.False(Directory.Exists(Path.Combine(here.Tree, ".kmpkg/staging")));
    }

    [Fact]
    public async Task A_port_without_a_recipe_fails_as_a_build_does()
    {
        using var here = new Workplace();
        here.Port("bad");
        File.Delete(Path.Combine(here.Ports, "bad/recipe.txt"));
        Assert.Contains("recipe.txt", (await here.Kmpkg("install", "bad")).With(4).Errors, StringComparison.Ordinal);
        Assert.Empty(here.Files());
    }

    [Fact]
    public async Task Two_ports_with_the_same_file_cannot_both_be_installed()
    {
        using var here = new Workplace();
        here.Port("first", recipe: "install header.h -> include/same.h\n");
        here.Port("second", recipe: "install header.h -> include/own.h\ninstall header.h -> include/same.h\n");
        (await here.Kmpkg("install", "first")).With(0);
        var before = here.Files();
        var ended = (await here.Kmpkg("install", "second")).With(5);
        Assert.Equal("kmpkg: error: second: 'include/same.h' exists already and belongs to first\n", ended.Errors);
        Assert.Equal(before, here.Files());
    }

    [Fact]
    public async Task A_file_that_belongs_to_no_port_is_not_overwritten()
    {
        using var here = new Workplace();
        Directory.CreateDirectory(Path.Combine(here.Tree, "include"));
        var mine = Path.Combine(here.Tree, "include/zlib.h");
        await File.WriteAllTextAsync(mine, "mine", TestContext.Current.CancellationToken);
        var ended = (await here.Kmpkg("install", "zlib")).With(5);
        Assert.Contains("belongs to no port", ended.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(mine, TestContext.Current.CancellationToken));
        Assert.Equal(["include/zlib.h"], here.Files().Keys);
    }

    [Fact]
    public async Task Keep_going_builds_all_ports_that_do_not_need_the_broken_one()
    {
        using var here = new Workplace();
        here.Port("bad", recipe: "require-file absent.h\n");
        here.Port("needy", "bad");
        here.Port("free");
        Assert.Equal(["bad"], Sample.PortsBuiltBy((await here.Kmpkg("install", "needy", "free")).With(4)));
        Assert.Empty(here.Files());

        var ended = (await here.Kmpkg("install", "needy", "free", "--keep-going")).With(4);
        Assert.Equal(["bad", "needy", "free"], Sample.PortsBuiltBy(ended));
        Assert.Contains("needy: dependency bad is not installed", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("installed 1 of 3 ports", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["include/free.h"], here.InstalledFiles());
    }

    [Fact]
    public async Task A_port_that_needs_one_outside_of_the_catalogue_is_missing_a_dependency()
    {
        using var here = new Workplace();
        here.Port("needy", "nowhere");
        var ended = (await here.Kmpkg("install", "needy")).With(6);
        Assert.Equal("kmpkg: error: needy: dependency nowhere is not installed\n", ended.Errors);
        Assert.Empty(here.Files());
    }

    [Fact]
    public async Task Ports_that_depend_on_each_other_are_reported_as_a_cycle()
    {
        using var here = new Workplace();
        here.Port("start", "a");
        here.Port("a", "b");
        here.Port("b", "c");
        here.Port("c", "a");
        var ended = (await here.Kmpkg("install", "start")).With(3);
        Assert.Equal("kmpkg: error: these ports depend on each other in a cycle: a -> b -> c -> a\n", ended.Errors);
        Assert.False(Directory.Exists(here.Tree));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("../ports/good")]
    [InlineData("Good")]
    public async Task A_name_that_is_not_in_the_catalogue_is_an_unknown_port(string name)
    {
        using var here = new Workplace();
        here.Port("good");
        var ended = (await here.Kmpkg("install", "good", name)).With(2);
        Assert.Contains($"unknown port '{name}'", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(here.Tree));
    }

    [Theory]
    [InlineData(
        "name: other\nversion: 1\nlicense: MIT\ndescription: x\n", "the name is 'other', but the folder is 'bad'")]
    [InlineData("name: bad\nversion: 1\nlicense: MIT\n", "'description' is missing")]
    [InlineData("name: bad\nversion: 1\nversion: 2\n", "line 3: duplicate key 'version'")]
    [InlineData("name: bad\nhomepage: x\n", "line 2: unknown key 'homepage'; known keys: name")]
    [InlineData(
        "name: bad\nversion: 1\nlicense: MIT\ndescription: x\ndepends: ../x\n", "'../x' is not a valid port name")]
    public async Task An_invalid_description_is_reported_and_search_shows_the_others(string text, string message)
    {
        using var here = new Workplace();
        here.Port("good");
        here.Port("bad", description: text);
        Assert.Contains(
            $"bad: port.txt: {message}", (await here.Kmpkg("install", "bad")).With(3).Errors, StringComparison.Ordinal);
        var search = (await here.Kmpkg("search")).With(3);
        Assert.StartsWith("good ", Assert.Single(search.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_in_use_by_another_kmpkg_is_left_alone()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib")).With(0);
        var before = here.Files();
        using (
            new FileStream(Path.Combine(here.Tree, ".kmpkg/lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            (await here.Kmpkg("install", "fmt")).With(8);
            (await here.Kmpkg("remove", "zlib")).With(8);
            (await here.Kmpkg("list")).With(0);
        }

        Assert.Equal(before, here.Files());
        (await here.Kmpkg("remove", "zlib")).With(0);
    }

    [Fact]
    public async Task A_missing_ports_folder_is_named()
    {
        using var here = new Workplace();
        var nowhere = Path.Combine(here.Home, "nowhere");
        var ended = (await here.Run("install", "zlib", "--ports-root", nowhere)).With(8);
        Assert.Contains($"'{nowhere}'", ended.Errors, StringComparison.Ordinal);
        Assert.Contains(
            $"'{nowhere}'",
            (await here.Run("search", "--ports-root", nowhere)).With(8).Errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ports-root")]
    [InlineData("--install-root")]
    public async Task An_empty_folder_name_is_an_error_of_the_command_line(string option)
    {
        using var here = new Workplace();
        var ended = await here.Run("search", option, "");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(option + " is empty. Write a folder.", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }
}
