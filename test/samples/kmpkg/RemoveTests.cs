// SPDX-License-Identifier: MIT
namespace Kmpkg.Tests;

/// <summary>Remove deletes exactly the files that install created.</summary>
public sealed class RemoveTests
{
    [Fact]
    public async Task Exactly_the_files_of_the_port_go_and_the_folders_that_are_empty_then()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib", "brotli")).With(0);
        var before = here.Files();
        (await here.Kmpkg("install", "freetype")).With(0);
        var mine = Path.Combine(here.Tree, "include/mine.h");
        await File.WriteAllTextAsync(mine, "mine", TestContext.Current.CancellationToken);

        var removed = (await here.Kmpkg("remove", "libpng", "freetype", "bzip2")).With(0);
        Assert.Equal(["removing freetype 2.13.3", "removing bzip2 1.0.8", "removing libpng 1.6.44"], removed.Lines);
        Assert.True(File.Exists(mine));
        File.Delete(mine);
        Assert.Equal(before, here.Files());
        Assert.False(Directory.Exists(Path.Combine(here.Tree, "include/freetype")));
        Assert.True(Directory.Exists(Path.Combine(here.Tree, "include/brotli")));
    }

    [Fact]
    public async Task A_port_that_others_need_stays_unless_they_go_too()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "harfbuzz")).With(0);
        var before = here.Files();
        var refused = (await here.Kmpkg("remove", "zlib")).With(7);
        Assert.Equal(
            "kmpkg: error: still needed by harfbuzz, freetype, libpng; --recurse removes them too\n", refused.Errors);
        Assert.Equal(before, here.Files());

        var removed = (await here.Kmpkg("remove", "zlib", "--recurse")).With(0).Output;
        Assert.Equal(
            "removing harfbuzz 10.1.0\nremoving freetype 2.13.3\nremoving libpng 1.6.44\nremoving zlib 1.3.1\n",
            removed);
        Assert.Equal(["include/brotli/types.h", "include/bzlib.h"], Array.FindAll(
            here.InstalledFiles(), f => f.StartsWith("include/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_port_that_is_not_installed_is_an_error_and_nothing_is_removed()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib")).With(0);
        var before = here.Files();
        Assert.Equal(
            "kmpkg: error: 'fmt' is not installed\n", (await here.Kmpkg("remove", "zlib", "fmt")).With(2).Errors);
        (await here.Kmpkg("list", "fmt")).With(2);
        Assert.Equal(before, here.Files());
    }

    [Fact]
    public async Task A_file_that_the_user_has_deleted_already_does_not_stop_it()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib")).With(0);
        Directory.Delete(Path.Combine(here.Tree, "include"), recursive: true);
        (await here.Kmpkg("remove", "zlib")).With(0);
        Assert.Empty(here.Files());
    }
}
