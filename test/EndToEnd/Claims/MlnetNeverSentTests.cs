// SPDX-License-Identifier: MIT
// Data that mlnet must never send. A test puts names into the user's environment, folders, file name and dataset, then
// searches everything that was stored and sent. The same search must find the names of a build that leaks on purpose.

namespace Tallymark.EndToEnd.Tests;

public sealed class MlnetNeverSentTests
{
    const string User = "Quirinus Zwiebelkuchen";
    const string Folder = "sternwarte-drosselbart";
    const string Dataset = "umlaufbahn-geheimprojekt.csv";
    const string Column = "entfernungsmesser";
    const string Cell = "philomena-mondkalb";
    const string Label = "vogelscheuche";

    static readonly LeakSearch Names = new(User, Folder, Dataset, Column, Cell, Label);

    // Each names the dataset, its columns and the folder in other parameters.
    static readonly string[][] Commands =
    [
        ["classification", "--dataset", Dataset, "--label-col", "kind", "--train-time", "1", "--name", Column],
        ["regression", "--dataset", Path.Combine("..", Folder, Dataset), "--label-col", "size", "--train-time", "1",
            "--ignore-cols", Column, "--output-path", Folder],
        ["recommendation", "--dataset", Dataset, "--label-col", "size", "--user-col", Column, "--item-col", "kind",
            "--test-dataset", Dataset, "--train-time", "1"],
        ["predict", "--model", Column + ".mlnet", "--dataset", Dataset, "--output-path", Folder],
        ["regression", "--dataset", Dataset, "--label-col", Label],
        ["classification", "--dataset", Cell, "--label-col", Label, "--user-col", User],
    ];

    [Fact]
    [Claim("MLNET-14")]
    public async Task No_user_name_file_name_folder_or_content_of_a_dataset_is_spooled_sent_stored_or_published()
    {
        Assert.Equal(
            ["personal data", "user names", "dataset file names", "data from dataset files"],
            MlnetDocument.Texts("not_collected"));
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlnet.ManifestFile));
        var (run, exitCodes) = await Use(collector, SampleTool.Mlnet.Path, leak: null, Commands);
        var (rows, found) = await Names.FindIn(collector, "mlnet");

        // Control: everything else about these commands was recorded and sent; the last is no valid command line.
        Assert.Equal([0, 0, 0, 0, 2, 1], exitCodes);
        Assert.Equal(5, run.Lines);
        Assert.Equal(5, rows.Split("\"dataset_name\":\"").Length - 1);
        Assert.Contains("ignore-cols", run.Wire, StringComparison.Ordinal);
        Assert.Empty(run.Found.Concat(found));
    }

    [Fact]
    [Claim("MLNET-14")]
    public async Task The_search_finds_each_name_that_a_leaking_build_sends_and_the_collector_stores_none()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlnet.ManifestFile));
        foreach (var leak in (string[])[
            "user-text-spool", "folder-text-spool", "file-hex-spool", "file-text-wire", "file-sha256-wire",
            "column-base64-spool", "cell-text-spool", "cell-sha256-wire"])
        {
            var (run, _) = await Use(collector, SampleTool.Mlnet.LeakingPath, leak, Commands[2]);
            run.AssertFound(leak);
        }

        // Even then the collector stores only the values that the manifest allows.
        var (rows, found) = await Names.FindIn(collector, "mlnet");
        Assert.Contains("recommendation", rows, StringComparison.Ordinal);
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("label-text-spool", "entfernung")]
    [InlineData("file-text-spool", "umlaufbahnen.csv")]
    [InlineData("file-sha256-spool", "umlaufbahnen.csv")]
    [InlineData("message-text-spool", "an error without a finite square")]
    [Claim("MLNET-04", "MLNET-08", "MLNET-16")]
    public async Task The_searches_for_values_names_and_messages_find_them_in_a_leaking_build(string leak, string name)
    {
        using var home = new MlnetHome(program: SampleTool.Mlnet.LeakingPath);
        await home.SeeNotice();
        var command = leak.StartsWith("label", StringComparison.Ordinal)
            ? (string[])["regression", "--dataset", "numbers.csv", "--label-col", name]
            : MlnetCrash.Prepare(home);
        await home.Run(command);
        var search = new LeakSearch(name);
        Assert.Empty(search.FindBelow(home.State));
        home.Environment["MLNET_LEAK"] = leak;
        await home.Run(command);
        Assert.NotEmpty(search.FindBelow(home.State));
    }

    [Fact]
    [Claim("MLNET-05")]
    public async Task The_search_for_a_cards_address_finds_it_in_a_leaking_build()
    {
        await MachinePolicy.SkipUnlessAble();
        const string Card = "3c:ec:ef:12:34:56";
        using var home = new MlnetHome(program: SampleTool.Mlnet.LeakingPath);
        await home.SeeNotice();
        home.Environment["MLNET_LEAK"] = "card-text-spool";
        await NetworkCard.Run(home, Card, MlnetHome.Recommendation);
        Assert.NotEmpty(new LeakSearch(Card).FindBelow(home.State));
    }

    /// <summary>Runs mlnet for a user and on a dataset with these names; searches what it stored and sent.</summary>
    static async Task<(LeakRun Run, IReadOnlyList<int> ExitCodes)> Use(
        RunningCollector collector, string tool, string? leak, params string[][] commands)
    {
        await using var relay = new RecordingRelay(collector);
        using var home = new MlnetHome(relay.Endpoint, tool, User, Folder);
        foreach (var name in (string[])["USER", "LOGNAME", "USERNAME", "EMAIL"])
            home.Environment[name] = User;
        home.Environment["HOSTNAME"] = Folder;
        await home.SeeNotice();
        home.Write(Dataset, MlnetHome.Rows(
            $"{Column},kind,size", i => $"{(i % 4 == 0 ? Cell : $"{Cell}-{i % 4}")},{(i % 3 == 0 ? Label : "other kind")},{i % 5}"));
        if (leak is not null)
            home.Environment["MLNET_LEAK"] = leak;
        var exits = new List<int>();
        foreach (var command in commands)
            exits.Add((await home.Run(command)).ExitCode);
        return (await LeakRun.End(Names, home, relay), exits);
    }
}
