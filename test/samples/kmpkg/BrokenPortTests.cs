// SPDX-License-Identifier: MIT
// What install does when a port can't be built: its own exit code, a sentence that says why, and nothing left behind.

namespace Kmpkg.Tests;

public sealed class BrokenPortTests
{
    [Theory]
    [InlineData("fetch header.h", "'fetch' is no step")]
    [InlineData("install header.h include/a.h", "'install' is no step, or not with these words")]
    [InlineData("archive -> lib/a.a", "'archive' is no step, or not with these words")]
    [InlineData("require-file absent.h", "there is no file 'absent.h'")]
    [InlineData("check-sha256 header.h 00", "'header.h' is not the file that the recipe was written for")]
    [InlineData("install ../port.txt -> include/a.h", "'../port.txt' is outside of the port's folder")]
    [InlineData("install header.h -> include/../../a.h", "'include/../../a.h' is not below one of")]
    [InlineData("install header.h -> /tmp/a.h", "'/tmp/a.h' is not below one of")]
    [InlineData("install header.h -> .kmpkg/ports/x", "'.kmpkg/ports/x' is not below one of")]
    [InlineData("install header.h -> include/first.h", "'include/first.h' is made a second time")]
    [InlineData("configure odd.in -> include/a.h", "there is nothing to put in for '@WHAT@'")]
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
    public async Task Two_ports_that_bring_the_same_file_do_not_go_together()
    {
        using var here = new Workplace();
        here.Port("first", recipe: "install header.h -> include/same.h\n");
        here.Port("second", recipe: "install header.h -> include/own.h\ninstall header.h -> include/same.h\n");
        (await here.Kmpkg("install", "first")).With(0);
        var before = here.Files();
        var ended = (await here.Kmpkg("install", "second")).With(5);
        Assert.Equal("kmpkg: error: second: 'include/same.h' is there already and belongs to first\n", ended.Errors);
        Assert.Equal(before, here.Files());
    }

    [Fact]
    public async Task A_file_that_somebody_put_into_the_tree_is_not_overwritten()
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
    public async Task Keep_going_builds_all_that_does_not_need_the_broken_one()
    {
        using var here = new Workplace();
        here.Port("bad", recipe: "require-file absent.h\n");
        here.Port("needy", "bad");
        here.Port("free");
        Assert.Equal(["bad"], (await here.Kmpkg("install", "needy", "free")).With(4).Built);
        Assert.Empty(here.Files());

        var ended = (await here.Kmpkg("install", "needy", "free", "--keep-going")).With(4);
        Assert.Equal(["bad", "needy", "free"], ended.Built);
        Assert.Contains("needy: it needs bad, which is not installed", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("installed 1 of 3 ports", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["include/free.h"], here.InstalledFiles());
    }

    [Fact]
    public async Task A_port_that_needs_one_outside_of_the_catalogue_is_missing_a_dependency()
    {
        using var here = new Workplace();
        here.Port("needy", "nowhere");
        var ended = (await here.Kmpkg("install", "needy")).With(6);
        Assert.Equal("kmpkg: error: needy: it needs nowhere, which is not installed\n", ended.Errors);
        Assert.Empty(here.Files());
    }

    [Fact]
    public async Task Ports_that_need_each_other_are_reported_as_a_circle()
    {
        using var here = new Workplace();
        here.Port("start", "a");
        here.Port("a", "b");
        here.Port("b", "c");
        here.Port("c", "a");
        var ended = (await here.Kmpkg("install", "start")).With(3);
        Assert.Equal("kmpkg: error: these ports need each other in a circle: a -> b -> c -> a\n", ended.Errors);
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
        Assert.Contains($"there is no port '{name}'", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(here.Tree));
    }

    [Theory]
    [InlineData("name: other\nversion: 1\nlicense: MIT\ndescription: x\n", "its name is 'other', its folder's is 'bad'")]
    [InlineData("name: bad\nversion: 1\nlicense: MIT\n", "'description' is missing")]
    [InlineData("name: bad\nversion: 1\nversion: 2\n", "line 3: 'version' stands here a second time")]
    [InlineData("name: bad\nhomepage: x\n", "line 2: 'homepage' is none of name")]
    [InlineData("name: bad\nversion: 1\nlicense: MIT\ndescription: x\ndepends: ../x\n", "'../x' can't be a port's name")]
    public async Task A_description_that_makes_no_sense_is_reported_and_search_shows_the_others(string text, string message)
    {
        using var here = new Workplace();
        here.Port("good");
        here.Port("bad", description: text);
        Assert.Contains($"bad: port.txt: {message}", (await here.Kmpkg("install", "bad")).With(3).Errors, StringComparison.Ordinal);
        var search = (await here.Kmpkg("search")).With(3);
        Assert.StartsWith("good ", Assert.Single(search.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_that_another_kmpkg_works_on_is_left_alone()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib")).With(0);
        var before = here.Files();
        using (new FileStream(Path.Combine(here.Tree, ".kmpkg/lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            (await here.Kmpkg("install", "fmt")).With(8);
            (await here.Kmpkg("remove", "zlib")).With(8);
            (await here.Kmpkg("list")).With(0);
        }

        Assert.Equal(before, here.Files());
        (await here.Kmpkg("remove", "zlib")).With(0);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        using var here = new Workplace();
        var nowhere = Path.Combine(here.Home, "nowhere");
        var ended = (await here.Bare("install", "zlib", "--ports-root", nowhere)).With(8);
        Assert.Contains($"'{nowhere}'", ended.Errors, StringComparison.Ordinal);
        Assert.Contains($"'{nowhere}'", (await here.Bare("search", "--ports-root", nowhere)).With(8).Errors, StringComparison.Ordinal);
    }
}
