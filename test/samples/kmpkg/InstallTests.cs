// SPDX-License-Identifier: MIT
using System.Text;

namespace Kmpkg.Tests;

/// <summary>Successful installs.</summary>
public sealed class InstallTests
{
    [Fact]
    public async Task A_port_is_built_after_what_it_needs_and_list_shows_them_all()
    {
        using var here = new Workplace();
        var built = Sample.PortsBuiltBy((await here.Kmpkg("install", "curl")).With(0));
        Assert.Equal(["c-ares", "curl", "nghttp2", "openssl", "zlib"], built.Order(StringComparer.Ordinal));
        Assert.Equal("curl", built[^1]);

        var listed = (await here.Kmpkg("list")).With(0).Lines.Select(l => l.Split(' ')[0]);
        Assert.Equal(built.Order(StringComparer.Ordinal), listed);
        var files = (await here.Kmpkg(["list", .. built])).With(0).Lines;
        Assert.Equal(
            here.InstalledFiles().Select(f => Path.Combine(here.Tree, f)), files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_shared_dependency_is_built_once_and_an_installed_one_not_again()
    {
        using var here = new Workplace();
        here.Port("base");
        here.Port("left", "base");
        here.Port("right", "base");
        here.Port("top", "left, right");
        Assert.Equal(
            ["base", "left", "right", "top"], Sample.PortsBuiltBy((await here.Kmpkg("install", "top")).With(0)));

        var before = here.Files();
        var again = (await here.Kmpkg("install", "top", "left")).With(0);
        Assert.Equal(["top is already installed", "left is already installed"], again.Lines);
        Assert.Equal(before, here.Files());
    }

    [Fact]
    public async Task A_configured_file_carries_name_and_version()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib")).With(0);
        var header = await File.ReadAllTextAsync(
            Path.Combine(here.Tree, "include/zlib.h"), TestContext.Current.CancellationToken);
        Assert.Contains("#define ZLIB_VERSION \"1.3.1\"", header, StringComparison.Ordinal);
        Assert.DoesNotContain("@", header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_file_holds_the_sources_byte_for_byte()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib", "gtest")).With(0);
        var members = ReadArchive(Path.Combine(here.Tree, "lib/libz.a"));
        Assert.Equal(["adler32.c", "bound.c"], members.Keys);
        foreach (var (name, content) in members)
            Assert.Equal(File.ReadAllBytes(Path.Combine(Sample.Ports, "zlib/src", name)), content);
    }

    [Fact]
    public async Task A_library_file_takes_names_and_contents_of_any_length()
    {
        using var here = new Workplace();
        here.Port("lib", recipe: "archive header.h a-name-that-is-longer-than-the-field.c -> lib/lib.a\n");
        var source = Path.Combine(here.Ports, "lib/a-name-that-is-longer-than-the-field.c");
        await File.WriteAllTextAsync(source, "odd", TestContext.Current.CancellationToken);
        (await here.Kmpkg("install", "lib")).With(0);
        var members = ReadArchive(Path.Combine(here.Tree, "lib/lib.a"));
        Assert.Equal("/* lib */\n", Encoding.UTF8.GetString(members["header.h"]));
        Assert.Equal("odd", Encoding.UTF8.GetString(members["a-name-that-is-longer-than-the-field.c"]));
    }

    [Fact]
    public async Task The_same_ports_give_the_same_bytes_in_every_tree()
    {
        using var here = new Workplace();
        using var there = new Workplace();
        (await here.Kmpkg("install", "harfbuzz", "spdlog")).With(0);
        (await there.Kmpkg("install", "spdlog", "harfbuzz")).With(0);
        Assert.True(here.Files().Count > 20);
        Assert.Equal(here.Files(), there.Files());
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_do_and_touches_nothing()
    {
        using var here = new Workplace();
        var plan = (await here.Kmpkg("install", "libpng", "--dry-run")).With(0);
        Assert.Equal(["to be built: zlib 1.3.1, libpng 1.6.44"], plan.Lines);
        Assert.False(Directory.Exists(here.Tree));

        (await here.Kmpkg("install", "libpng")).With(0);
        var before = here.Files();
        Assert.Equal(
            ["to be removed: libpng, zlib"],
            (await here.Kmpkg("remove", "zlib", "--recurse", "--dry-run")).With(0).Lines);
        Assert.Equal(before, here.Files());
    }

    [Fact]
    public async Task The_next_run_rolls_back_what_a_killed_run_left_half_done()
    {
        using var here = new Workplace();
        (await here.Kmpkg("install", "zlib")).With(0);
        var whole = here.Files();

        // As if it had been killed after the first of three files had been moved out of the stage.
        var state = Path.Combine(here.Tree, ".kmpkg");
        File.Move(Path.Combine(state, "ports/zlib"), Path.Combine(state, "changing/zlib"));
        foreach (var file in (string[])["lib/libz.a", "lib/pkgconfig/zlib.pc"])
        {
            var staged = Path.Combine(state, "staging/zlib", file);
            Directory.CreateDirectory(Path.GetDirectoryName(staged)!);
            File.Move(Path.Combine(here.Tree, file), staged);
        }

        Assert.Empty((await here.Kmpkg("list")).With(0).Lines);
        (await here.Kmpkg("install", "fmt")).With(0);
        Assert.DoesNotContain("include/zlib.h", here.InstalledFiles());
        (await here.Kmpkg("remove", "fmt")).With(0);
        (await here.Kmpkg("install", "zlib")).With(0);
        Assert.Equal(whole, here.Files());
    }

    /// <summary>An independent reader of the archive format.</summary>
    static SortedDictionary<string, byte[]> ReadArchive(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        Assert.Equal("!<arch>\n", Encoding.ASCII.GetString(bytes, 0, 8));
        for (var at = 8; at < bytes.Length;)
        {
            var header = Encoding.ASCII.GetString(bytes, at, 60);
            Assert.EndsWith("`\n", header, StringComparison.Ordinal);
            var size = int.Parse(header.AsSpan(48, 10).Trim());
            var name = header[..16].Trim();
            at += 60;
            var skip = 0;
            if (name.StartsWith("#1/", StringComparison.Ordinal))
            {
                skip = int.Parse(name.AsSpan(3));
                name = Encoding.ASCII.GetString(bytes, at, skip);
            }

            members.Add(name.TrimEnd('/'), bytes[(at + skip)..(at + size)]);
            at += size + (size % 2);
        }

        return members;
    }
}
