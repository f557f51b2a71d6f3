// SPDX-License-Identifier: MIT
// Data that dn must never send. Names are where dn could read them; the search for them must find them in a build that
// leaks on purpose.

namespace Tallymark.EndToEnd.Tests;

public sealed class DotnetNeverSentTests
{
    const string User = "Quirinus Zwiebelkuchen";
    const string Email = "q.zwiebelkuchen@mondkalb-werke.test";
    const string Project = "umlaufbahn-geheimprojekt";
    const string Repository = "https://git.mondkalb-werke.test/raumfahrt/umlaufbahn.git";
    const string Author = "Philomena Drosselbart";
    const string Code = "var entfernungsmesser = 4711;";
    const string Argument = "sternwarte";

    static readonly LeakSearch Names = new(User, Email, Project, Repository, Author, Code, Argument);

    [Fact]
    [Claim("DOTNET-14", "DOTNET-05")]
    public async Task No_user_address_project_code_repository_author_or_argument_is_spooled_sent_stored_or_published()
    {
        await using var collector = await Start();
        var run = await Use(collector, program: null, leak: null,
            ["build"], ["run", "--no-build", "--", Argument, Email], ["build", "broken"], ["new", "console", "-n", Project],
            ["restore", "-s", Argument], ["pack", "--no-build", "-o", Argument], ["test", "--filter", Author],
            ["publish", "-r", Argument], ["build", "-c", Argument, Project]);
        var collected = await Names.FindIn(collector, "dotnet-cli");

        // Control: everything else about these commands was recorded and sent.
        Assert.Equal(9, run.Lines);
        Assert.Contains("\"--filter\"", run.Wire, StringComparison.Ordinal);
        Assert.Contains("\"build\"", collected.Rows, StringComparison.Ordinal);
        Assert.Empty(run.Found.Concat(collected.Found));
    }

    [Fact]
    [Claim("DOTNET-14", "DOTNET-05")]
    public async Task The_search_finds_each_name_that_a_leaking_build_sends_and_the_collector_stores_none()
    {
        await using var collector = await Start();
        foreach (var leak in (string[])[
            "user-text-spool", "email-base64-wire", "email-sha256-wire", "project-hex-spool", "author-text-spool",
            "repository-base64-spool", "code-hex-wire", "argument-text-spool"])
        {
            var run = await Use(collector, SampleTool.DotnetCli.LeakingPath, leak, ["restore", "-s", Argument]);
            run.AssertFound(leak);
        }

        // Even then the collector stores only the values that the manifest allows.
        var collected = await Names.FindIn(collector, "dotnet-cli");
        Assert.Contains("\"restore\"", collected.Rows, StringComparison.Ordinal);
        Assert.Empty(collected.Found);
    }

    static Task<RunningCollector> Start() =>
        RunningCollector.Start(Path.GetDirectoryName(SampleTool.DotnetCli.ManifestFile));

    /// <summary>
    /// Runs dn for a user and in a project with these names; searches everything that it stored and sent.
    /// </summary>
    static async Task<LeakRun> Use(
        RunningCollector collector, string? program, string? leak, params string[][] commands)
    {
        await using var relay = new RecordingRelay(collector);
        using var home = new DnHome(relay.Endpoint, program, User);
        await home.SeeNotice();
        AddNames(home);
        if (leak is not null)
            home.Environment["DN_LEAK"] = leak;
        foreach (var command in commands)
            await home.Run(command);
        return await LeakRun.End(Names, home, relay);
    }

    static void AddNames(DnHome home)
    {
        foreach (var (name, value) in (IEnumerable<(string, string)>)[
            ("USER", User), ("LOGNAME", User), ("USERNAME", User), ("EMAIL", Email), ("GIT_AUTHOR_NAME", Author),
            ("GIT_AUTHOR_EMAIL", Email), ("GITHUB_REPOSITORY", Repository), ("HOSTNAME", Project)])
            home.Environment[name] = value;
        home.WorkingFolder = Directory.CreateDirectory(Path.Combine(home.Folder, Project)).FullName;
        var description = $"output: exe\nframeworks: net10.0, net10.0-{Argument}\nruntimes: {Argument}\n"
            + $"author: {Author}\nrepository: {Repository}\ndescription: {Email}\n";
        home.Write($"{Project}.dnproj", description.Replace($", net10.0-{Argument}", "", StringComparison.Ordinal));
        home.Write("Program.cs", $"{Code}\n// {Author} <{Email}>\nConsole.WriteLine(entfernungsmesser + args[0]);\n");
        home.Write("broken/broken.dnproj", description);
        home.Write("broken/Program.cs", $"{Code}\nreturn \"{Author}\";\n");
        home.Write(".git/config", $"[remote \"origin\"]\n\turl = {Repository}\n");
        File.WriteAllText(Path.Combine(home.Folder, ".gitconfig"), $"[user]\n\tname = {Author}\n\temail = {Email}\n");
    }
}
