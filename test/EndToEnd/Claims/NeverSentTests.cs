// SPDX-License-Identifier: MIT
// Data that must never be sent. A test puts names wherever a tool could read them, then searches everything that the
// tool stored and sent. A search that finds nothing may be a bad search, so the same search must find the names of a
// build that leaks them on purpose.

using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class NeverSentTests
{
    const string User = "Quirinus Zwiebelkuchen";
    const string Email = "q.zwiebelkuchen@mondkalb-werke.test";
    const string Project = "umlaufbahn-geheimprojekt";
    const string Repository = "https://git.mondkalb-werke.test/raumfahrt/umlaufbahn.git";
    const string Author = "Philomena Drosselbart";
    const string Code = "int entfernungsmesser = 4711;";

    static readonly LeakSearch Names = new(User, Email, Project, Repository, Author, Code);

    [Fact]
    [Claim("KMPKG-10")]
    public async Task No_name_address_code_project_repository_or_author_is_spooled_sent_stored_or_published()
    {
        await using var collector = await RunningCollector.Start();
        var run = await Use(
            collector, Product.Kmpkg, leak: null,
            ["search", Project], ["install", "zlib", Project], ["install", Author], ["list", Email],
            ["remove", Project], ["remove", User]);
        var collected = await Names.FindIn(collector, "kmpkg");

        // Control: everything else about these commands was recorded and sent.
        Assert.Equal(8, run.Lines);
        Assert.Contains("\"other\"", run.Wire, StringComparison.Ordinal);
        Assert.Contains("zlib", collected.Rows, StringComparison.Ordinal);
        Assert.Empty(run.Found.Concat(collected.Found));
    }

    [Fact]
    [Claim("KMPKG-10")]
    public async Task The_search_finds_each_name_that_a_leaking_build_sends_and_the_collector_stores_none()
    {
        await using var collector = await RunningCollector.Start();
        foreach (var leak in (string[])[
            "user-text-spool", "user-hex-spool", "user-base64-spool", "path-text-spool", "part-text-spool",
            "part-hex-spool", "part-base64-spool", "email-text-spool", "email-base64-wire", "email-sha256-wire",
            "user-hex-wire"])
        {
            var run = await Use(collector, Product.LeakingKmpkg, leak, ["install", "zlib"]);
            run.AssertFound(leak);
        }

        // Even then the collector stores only the values that the manifest allows.
        var collected = await Names.FindIn(collector, "kmpkg");
        Assert.Contains("zlib", collected.Rows, StringComparison.Ordinal);
        Assert.Empty(collected.Found);
    }

    [Fact]
    [Claim("LF-12")]
    public async Task The_secret_of_an_id_never_leaves_the_machine_and_the_id_appears_only_in_events()
    {
        await using var collector = await RunningCollector.Start();
        await using var relay = new RecordingRelay(collector);
        using var home = new Home(relay.Endpoint);
        await home.SetUp();
        await home.Kmpkg("install", "zlib");
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        var sent = await relay.Close();
        Assert.Equal(0, await collector.Stop());

        // Computed independently of the SDK, from spec/spool.md.
        var secret = (await File.ReadAllTextAsync(Path.Combine(home.State, "installation"),
            TestContext.Current.CancellationToken)).Trim();
        var proof = Sha256("delete", "kmpkg", secret);
        var id = Sha256("installation", "", proof);
        var rows = await collector.Events();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(id, row["installation"].GetString()));

        var everything = sent.Append(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(rows)))
            .Concat(Directory.EnumerateFiles(collector.Data, "*", SearchOption.AllDirectories)
                .Select(File.ReadAllBytes)).ToList();
        Assert.DoesNotContain(everything, e => Has(e, secret) || Has(e, proof));

        // The id occurs twice, once in each line of the unpacked body; not in a header, a URL or the batch's head.
        Assert.Equal(2, sent.Sum(s => Encoding.Latin1.GetString(s).Split(id).Length - 1));
        Assert.Equal(2, home.Lines("sent")
            .Count(l => l.Contains($"\"installation\":\"{id}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("secret-text-wire")]
    [InlineData("secret-packed-wire")]
    [InlineData("secret-base64-wire")]
    [Claim("LF-12")]
    public async Task The_search_for_the_secret_finds_it_in_a_build_that_leaks_it(string leak)
    {
        await using var collector = await RunningCollector.Start();
        await using var relay = new RecordingRelay(collector);
        using var home = new Home(relay.Endpoint, Product.LeakingKmpkg);
        await home.SetUp();
        await home.Kmpkg("list");
        var secret = (await File.ReadAllTextAsync(Path.Combine(home.State, "installation"),
            TestContext.Current.CancellationToken)).Trim();
        home.Environment["KMPKG_LEAK"] = leak;
        await home.Kmpkg("list");
        Assert.Contains(await relay.Close(), sent => Has(sent, secret));
    }

    /// <summary>Whether these bytes contain the hexadecimal text or its bytes: raw, as digits or in base64.</summary>
    static bool Has(byte[] where, string hexadecimal)
    {
        var bytes = Convert.FromHexString(hexadecimal);
        var text = Encoding.Latin1.GetString(where);
        return where.AsSpan().IndexOf(bytes) >= 0 || text.Contains(hexadecimal, StringComparison.OrdinalIgnoreCase)
            || text.Contains(Convert.ToBase64String(bytes).TrimEnd('='), StringComparison.Ordinal);
    }

    /// <summary>
    /// Runs kmpkg for a user and in a project with these names; searches everything that it stored and sent.
    /// </summary>
    static async Task<LeakRun> Use(RunningCollector collector, string tool, string? leak, params string[][] commands)
    {
        await using var relay = new RecordingRelay(collector);
        using var home = new Home(relay.Endpoint, tool, User);
        AddNames(home);
        if (leak is not null)
            home.Environment["KMPKG_LEAK"] = leak;
        await home.SetUp();
        foreach (var command in commands)
            await home.Kmpkg(command);
        return await LeakRun.End(Names, home, relay);
    }

    static void AddNames(Home home)
    {
        foreach (var (name, value) in (IEnumerable<(string, string)>)[
            ("USER", User), ("LOGNAME", User), ("USERNAME", User), ("EMAIL", Email), ("GIT_AUTHOR_NAME", Author),
            ("GIT_AUTHOR_EMAIL", Email), ("GITHUB_REPOSITORY", Repository), ("HOSTNAME", Project)])
            home.Environment[name] = value;
        home.WorkingFolder = Directory.CreateDirectory(Path.Combine(home.Folder, Project)).FullName;
        Directory.CreateDirectory(Path.Combine(home.WorkingFolder, ".git"));
        File.WriteAllText(Path.Combine(home.WorkingFolder, ".git/config"),
            $"[remote \"origin\"]\n\turl = {Repository}\n");
        File.WriteAllText(Path.Combine(home.Folder, ".gitconfig"), $"[user]\n\tname = {Author}\n\temail = {Email}\n");

        // The user's private catalogue; it also contains zlib, a port of the public catalogue.
        home.Ports = Path.Combine(home.Folder, "ports");
        Port(home.Ports, "zlib", "zlib");
        Port(home.Ports, Project, Author);
    }

    static void Port(string ports, string name, string description)
    {
        var folder = Directory.CreateDirectory(Path.Combine(ports, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "port.txt"),
            $"name: {name}\nversion: 1.0\nlicense: MIT\ndescription: {description}\n");
        File.WriteAllText(Path.Combine(folder, "recipe.txt"), $"install {name}.h -> include/{name}.h\n");
        File.WriteAllText(Path.Combine(folder, $"{name}.h"), $"/* {Author} <{Email}> */ {Code}\n");
    }

    static string Sha256(string label, string tool, string hex) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(
            [.. Encoding.UTF8.GetBytes(label + tool), .. Convert.FromHexString(hex)]));
}
