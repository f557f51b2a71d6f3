// SPDX-License-Identifier: MIT
// What is never sent. Names are planted wherever a tool could pick them up, then looked for in all that it left behind and sent; and
// since a search that finds nothing may be a bad search, it has to find them in a build that leaks on purpose.

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

    static readonly Planted Names = new(User, Email, Project, Repository, Author, Code);

    [Fact]
    [Claim("KMPKG-10")]
    public async Task No_name_address_code_project_repository_or_author_is_spooled_sent_stored_or_published()
    {
        await using var collector = await RunningCollector.Start();
        var run = await Use(
            collector, Product.Kmpkg, leak: null,
            ["search", Project], ["install", "zlib", Project], ["install", Author], ["list", Email], ["remove", Project], ["remove", User]);
        var behind = await LookBehind(collector);

        // It was there to be found: everything else about these commands is.
        Assert.Equal(8, run.Lines);
        Assert.Contains("\"other\"", run.Wire, StringComparison.Ordinal);
        Assert.Contains("zlib", behind.Rows, StringComparison.Ordinal);
        Assert.Empty(run.Found.Concat(behind.Found));
    }

    [Fact]
    [Claim("KMPKG-10")]
    public async Task The_search_for_them_finds_each_of_them_in_a_build_that_leaks_and_the_collector_stores_none()
    {
        await using var collector = await RunningCollector.Start();
        foreach (var leak in (string[])[
            "user-text-spool", "user-hex-spool", "user-base64-spool", "path-text-spool", "part-text-spool", "part-hex-spool",
            "part-base64-spool", "email-text-spool", "email-base64-wire", "email-sha256-wire", "user-hex-wire"])
        {
            var run = await Use(collector, Product.LeakingKmpkg, leak, ["install", "zlib"]);
            Assert.True(run.Found.Any(f => f.StartsWith("wire", StringComparison.Ordinal)), $"{leak} was not seen on the wire");
            var inFiles = run.Found.Any(f => f.Contains(".ndjson", StringComparison.Ordinal));
            Assert.True(inFiles == leak.EndsWith("-spool", StringComparison.Ordinal), $"{leak}: {string.Join('\n', run.Found)}");
        }

        // The collector's list of what is allowed holds even then.
        var behind = await LookBehind(collector);
        Assert.Contains("zlib", behind.Rows, StringComparison.Ordinal);
        Assert.Empty(behind.Found);
    }

    [Fact]
    [Claim("LF-12")]
    public async Task The_secret_that_the_id_is_made_from_never_leaves_and_the_id_is_nowhere_but_in_the_events()
    {
        await using var collector = await RunningCollector.Start();
        await using var relay = new RecordingRelay(collector);
        using var home = new Home(relay.Endpoint);
        await home.SetUp();
        await home.Kmpkg("install", "zlib");
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        var sent = await relay.Close();
        Assert.Equal(0, await collector.Stop());

        // spec/spool.md, computed here once more.
        var secret = (await File.ReadAllTextAsync(Path.Combine(home.State, "installation"), TestContext.Current.CancellationToken)).Trim();
        var proof = Sha256("delete", "kmpkg", secret);
        var id = Sha256("installation", "", proof);
        var rows = await collector.Events();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(id, row["installation"].GetString()));

        var everything = sent.Append(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(rows)))
            .Concat(Directory.EnumerateFiles(collector.Data, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes)).ToList();
        Assert.DoesNotContain(everything, e => Has(e, secret) || Has(e, proof));

        // Twice in the unpacked body, once a line; not in a header, an address or a head line.
        Assert.Equal(2, sent.Sum(s => Encoding.Latin1.GetString(s).Split(id).Length - 1));
        Assert.Equal(2, home.Lines("sent").Count(l => l.Contains($"\"installation\":\"{id}\"", StringComparison.Ordinal)));
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
        var secret = (await File.ReadAllTextAsync(Path.Combine(home.State, "installation"), TestContext.Current.CancellationToken)).Trim();
        home.Environment["KMPKG_LEAK"] = leak;
        await home.Kmpkg("list");
        Assert.Contains(await relay.Close(), sent => Has(sent, secret));
    }

    /// <summary>True if the 32 bytes of that text in hexadecimal are in there: packed, as text, or in base64.</summary>
    static bool Has(byte[] where, string hexadecimal)
    {
        var bytes = Convert.FromHexString(hexadecimal);
        var text = Encoding.Latin1.GetString(where);
        return where.AsSpan().IndexOf(bytes) >= 0 || text.Contains(hexadecimal, StringComparison.OrdinalIgnoreCase)
            || text.Contains(Convert.ToBase64String(bytes).TrimEnd('='), StringComparison.Ordinal);
    }

    sealed record Run(int Lines, string Wire, IReadOnlyList<string> Found);

    /// <summary>A user full of names uses kmpkg on a project full of names; all that it kept and sent is searched.</summary>
    static async Task<Run> Use(RunningCollector collector, string tool, string? leak, params string[][] commands)
    {
        await using var relay = new RecordingRelay(collector);
        using var home = new Home(relay.Endpoint, tool, User);
        Plant(home);
        if (leak is not null)
            home.Environment["KMPKG_LEAK"] = leak;
        await home.SetUp();
        foreach (var command in commands)
            await home.Kmpkg(command);
        var spooled = Names.FindBelow(home.State).ToList();
        var upload = await home.Telemetry("upload");
        Assert.True(upload.ExitCode == 0, upload.Errors);
        var sent = await relay.Close();
        return new Run(
            home.Lines("sent").Count,
            string.Concat(sent.Select(Encoding.Latin1.GetString)),
            [.. spooled, .. Names.FindBelow(home.State), .. sent.SelectMany(s => Names.FindIn("wire", s))]);
    }

    /// <summary>Publishes, stops the collector, and searches all that it has: rows, files, counters.</summary>
    static async Task<(string Rows, IReadOnlyList<string> Found)> LookBehind(RunningCollector collector)
    {
        var now = DateTime.UtcNow;
        var published = await collector.Command(
            "publish", "--tool", "kmpkg", "--period", $"{now.Year}-q{(now.Month + 2) / 3}", "--provisional",
            "--to", collector.Published, "--data", collector.Data);
        Assert.True(published.ExitCode == 0, published.Errors);
        var metrics = await collector.Get("/metrics");
        Assert.Equal(0, await collector.Stop());
        var rows = JsonSerializer.Serialize(await collector.Events());
        return (rows, [
            .. Names.FindIn("rows", Encoding.UTF8.GetBytes(rows)),
            .. Names.FindIn("metrics", Encoding.UTF8.GetBytes(metrics.Text)),
            .. Names.FindBelow(collector.Data),
            .. Names.FindBelow(collector.Published),
        ]);
    }

    static void Plant(Home home)
    {
        foreach (var (name, value) in (IEnumerable<(string, string)>)[
            ("USER", User), ("LOGNAME", User), ("USERNAME", User), ("EMAIL", Email), ("GIT_AUTHOR_NAME", Author),
            ("GIT_AUTHOR_EMAIL", Email), ("GITHUB_REPOSITORY", Repository), ("HOSTNAME", Project)])
            home.Environment[name] = value;
        home.WorkingFolder = Directory.CreateDirectory(Path.Combine(home.Folder, Project)).FullName;
        Directory.CreateDirectory(Path.Combine(home.WorkingFolder, ".git"));
        File.WriteAllText(Path.Combine(home.WorkingFolder, ".git/config"), $"[remote \"origin\"]\n\turl = {Repository}\n");
        File.WriteAllText(Path.Combine(home.Folder, ".gitconfig"), $"[user]\n\tname = {Author}\n\temail = {Email}\n");

        // A catalogue of the user's own, with the port zlib of the public one in it.
        home.Ports = Path.Combine(home.Folder, "ports");
        Port(home.Ports, "zlib", "zlib");
        Port(home.Ports, Project, Author);
    }

    static void Port(string ports, string name, string description)
    {
        var folder = Directory.CreateDirectory(Path.Combine(ports, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "port.txt"), $"name: {name}\nversion: 1.0\nlicense: MIT\ndescription: {description}\n");
        File.WriteAllText(Path.Combine(folder, "recipe.txt"), $"install {name}.h -> include/{name}.h\n");
        File.WriteAllText(Path.Combine(folder, $"{name}.h"), $"/* {Author} <{Email}> */ {Code}\n");
    }

    static string Sha256(string label, string tool, string hex) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData([.. Encoding.UTF8.GetBytes(label + tool), .. Convert.FromHexString(hex)]));
}
