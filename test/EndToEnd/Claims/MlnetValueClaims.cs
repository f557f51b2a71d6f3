// SPDX-License-Identifier: MIT
// The ML.NET CLI document's claims about single values: machine, dataset, system, version, crash.

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlnetValueClaims
{
    [Fact]
    [Claim("MLNET-05")]
    public async Task The_hash_of_the_network_cards_address_is_recorded_and_never_the_address()
    {
        await MachinePolicy.SkipUnlessAble();
        const string Card = "3c:ec:ef:12:34:56", Other = "3c:ec:ef:12:34:57";
        using var home = new MlnetHome();
        using var neighbour = new MlnetHome();
        var ids = new List<string>();
        foreach (var (user, card) in ((MlnetHome, string)[])[(home, Card), (neighbour, Card), (home, Other)])
        {
            if (!Directory.Exists(user.State))
                await user.SeeNotice();
            var (ended, line) = await user.Record(() => NetworkCard.Run(user, card, MlnetHome.Recommendation));
            Assert.True(ended.ExitCode == 0, ended.All);
            ids.Add(line.GetProperty("fields").GetProperty("machine").GetString()!);
            var digits = card.Replace(":", "", StringComparison.Ordinal);
            Assert.Empty(new LeakSearch(card, card.Replace(':', '-'), digits).FindBelow(user.State));
        }

        // The machine is the same for two users of it; another card is another machine. SHA-256, spec/spool.md.
        Assert.Equal("SHA-256", MlnetDocument.DataPoint("hashed MAC address").GetProperty("hash").GetString());
        Assert.Equal([MachineId("mlnet", Card), MachineId("mlnet", Card), MachineId("mlnet", Other)], ids);
    }

    [Fact]
    [Claim("MLNET-05")]
    public async Task Without_a_manifest_that_asks_for_it_no_tool_records_it_and_the_check_warns_about_one_that_does()
    {
        await MachinePolicy.SkipUnlessAble();
        const string Card = "3c:ec:ef:12:34:56";
        using var home = new Home();
        await home.SetUp();
        Assert.Equal(0, (await NetworkCard.Run(home, Card, home.Arguments("list"))).ExitCode);
        var line = Assert.Single(home.Lines("spool"));
        Assert.DoesNotContain("machine", line, StringComparison.Ordinal);
        foreach (var tool in (string[])["kmpkg", "mlnet"])
            Assert.DoesNotContain(MachineId(tool, Card), line, StringComparison.Ordinal);
        Assert.Empty(new LeakSearch(Card, Card.Replace(":", "", StringComparison.Ordinal)).FindBelow(home.State));

        // An acknowledged warning is a warning too: the check reports it, and a review of the manifest sees it.
        var (exit, output) = await Check(SampleTool.Mlnet.ManifestFile);
        Assert.Equal(0, exit);
        Assert.Matches(@"telemetry\.yaml\(\d+,\d+\): warning TALLY0091: .* \(acknowledged\)\n$", output);
        var manifest = await File.ReadAllTextAsync(
            SampleTool.Mlnet.ManifestFile, TestContext.Current.CancellationToken);
        var bare = Path.Combine(home.Folder, "telemetry.yaml");
        await File.WriteAllTextAsync(
            bare, manifest.Replace("    acknowledged: TALLY0091\n", "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        (exit, output) = await Check(bare);
        Assert.Equal(0, exit);
        Assert.Matches(@"warning TALLY0091: .*\.\n$", output);
        (exit, output) = await Check(SampleTool.Kmpkg.ManifestFile);
        Assert.Equal(0, exit);
        Assert.DoesNotContain("TALLY0091", output, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("MLNET-08")]
    public async Task The_dataset_name_is_recorded_only_as_a_hash_that_no_other_installation_can_reproduce()
    {
        const string Name = "umlaufbahn-entfernungen.csv";
        using var home = new MlnetHome();
        await home.SeeNotice();
        var elsewhere = Directory.CreateDirectory(Path.Combine(home.WorkingFolder, "elsewhere")).FullName;
        foreach (var path in (string[])[Path.Combine(home.WorkingFolder, Name), Path.Combine(elsewhere, Name)])
            await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        var hash = await HashOf(home, Name);
        Assert.Matches("^[0-9a-f]{64}$", hash);

        // The name alone, without its folder; another name is another hash.
        Assert.Equal(hash, await HashOf(home, Path.Combine(elsewhere, Name)));
        Assert.NotEqual(hash, await HashOf(home, "empty.csv"));

        // Computed independently of the SDK, from spec/spool.md: the salt is a secret of this installation.
        var secret = await File.ReadAllTextAsync(
            Path.Combine(home.State, "installation"), TestContext.Current.CancellationToken);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData([
                .. "digestmlnet\n"u8, .. Convert.FromHexString(secret.Trim()), .. Encoding.UTF8.GetBytes(Name)])),
            hash);
        using var other = new MlnetHome();
        await other.SeeNotice();
        other.Write(Name, "");
        Assert.NotEqual(hash, await HashOf(other, Name));

        // Neither the name nor its plain SHA-256, which a list of likely names would reverse.
        var names = new LeakSearch(Name);
        Assert.Empty(names.FindBelow(home.State));
        Assert.NotEmpty(names.FindIn("control", Encoding.UTF8.GetBytes(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name))))));
    }

    [Fact]
    [Claim("MLNET-09")]
    public async Task The_dataset_size_is_recorded_as_the_power_of_two_at_or_above_it()
    {
        using var home = new MlnetHome();
        await home.SeeNotice();
        foreach (var (size, bucket) in ((int, long)[])[(0, 0), (1, 1), (1000, 1024), (1024, 1024), (1025, 2048)])
        {
            home.Write("sized.csv", new string('x', size));
            var (_, line) = await home.Record("regression", "--dataset", "sized.csv", "--label-col", "y");
            var number = Assert.Single(line.GetProperty("fields").EnumerateObject(),
                field => field.Value.ValueKind == JsonValueKind.Number);
            Assert.Equal(("dataset_size", bucket), (number.Name, number.Value.GetInt64()));
        }

        var (_, absent) = await home.Record("regression", "--dataset", "absent.csv", "--label-col", "y");
        Assert.False(absent.GetProperty("fields").TryGetProperty("dataset_size", out _));
        Assert.False(absent.GetProperty("fields").TryGetProperty("dataset_name", out _));
    }

    [Fact]
    [Claim("MLNET-10", "MLNET-12")]
    public async Task System_and_version_are_recorded_and_stored()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlnet.ManifestFile));
        using var home = new MlnetHome(collector.Endpoint);
        await home.SeeNotice();
        await home.Record(MlnetHome.Recommendation);
        await home.Upload();
        Assert.Equal(0, await collector.Stop());
        var row = Assert.Single(await collector.Events("mlnet"));

        // Read here from the machine and from the tool, not from the SDK.
        var release = (await File.ReadAllLinesAsync("/etc/os-release", TestContext.Current.CancellationToken))
            .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'), StringComparer.Ordinal);
        Assert.Equal(
            ("linux", $"{release["ID"]}.{release["VERSION_ID"]}"),
            (row["os"].GetString(), row["os_version"].GetString()));
        var version = MlnetDocument.DataPoint("CLI version").GetProperty("example").GetString();
        Assert.Equal(version, row["version"].GetString());
        Assert.StartsWith(version!, (await home.Run("--version")).Output, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("MLNET-16")]
    public async Task A_crash_is_recorded_as_a_failure_with_the_tools_own_methods_and_no_message_path_or_value()
    {
        const string User = "Quirinus Zwiebelkuchen", Folder = "sternwarte-drosselbart";
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlnet.ManifestFile));
        await using var relay = new RecordingRelay(collector);
        using var home = new MlnetHome(relay.Endpoint, name: User, folder: Folder);
        await home.SeeNotice();
        var (ended, line) = await home.Record(MlnetCrash.Prepare(home));

        // The user gets the whole error, with the file, the value and the stack, and an exit code of its own.
        Assert.Equal(5, ended.ExitCode);
        Assert.Contains("mlnet: error: mlnet has crashed: ", ended.Errors, StringComparison.Ordinal);
        foreach (var told in MlnetCrash.Names.Append("Figures.cs"))
            Assert.Contains(told, ended.Errors, StringComparison.Ordinal);

        Assert.Equal("failure", line.GetProperty("status").GetString());
        var stack = line.GetProperty("fields").GetProperty("stack")
            .EnumerateArray().Select(frame => frame.GetString()!).ToList();
        Assert.Matches("^Mlnet\\.Training\\.Figures\\.OfNumbers:[1-9][0-9]*$", stack[0]);
        Assert.Contains(stack, frame => frame.StartsWith("Mlnet.Training.RatingSearch.Run:", StringComparison.Ordinal));
        Assert.All(stack, frame => Assert.Matches(@"^Mlnet\.[A-Za-z.<>+_`0-9|]+:[0-9]+$", frame));

        await home.Upload();
        var sent = await relay.Close();
        Assert.Equal(0, await collector.Stop());
        var rows = JsonSerializer.Serialize(await collector.Events("mlnet"));
        Assert.Contains("Figures.OfNumbers", rows, StringComparison.Ordinal);
        var names = new LeakSearch([User, Folder, .. MlnetCrash.Names]);
        Assert.Empty(names.FindBelow(home.State));
        Assert.Empty(sent.SelectMany(bytes => names.FindIn("wire", bytes)));
        Assert.Empty(names.FindIn("rows", Encoding.UTF8.GetBytes(rows)).Concat(names.FindBelow(collector.Data)));
    }

    /// <summary>The value of a `machine` field by spec/manifest.md and spec/spool.md.</summary>
    static string MachineId(string tool, string address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"digest-tool{tool}\n{address}")));

    static async Task<string> HashOf(MlnetHome home, string dataset)
    {
        var (_, line) = await home.Record("regression", "--dataset", dataset, "--label-col", "y");
        return line.GetProperty("fields").GetProperty("dataset_name").GetString()!;
    }

    static async Task<(int ExitCode, string Output)> Check(string manifest)
    {
        var ended = await Product.Run(
            Product.Tallymark, ["check", manifest], new Dictionary<string, string>(StringComparer.Ordinal),
            TestContext.Current.CancellationToken);
        return (ended.ExitCode, ended.Output);
    }
}
