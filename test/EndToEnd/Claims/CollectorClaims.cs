// SPDX-License-Identifier: MIT
// The documents' claims about the recipient, with kmpkg as the sender: access, addresses, geography, transport.

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.EndToEnd.Tests;

public sealed class CollectorClaims
{
    // The publication threshold: a row is published from 20 installations on.
    const int MinInstallations = 20;

    [Fact]
    [Claim("LF-07", "MLNET-13")]
    public async Task Only_maintainers_read_raw_data_with_equal_access_and_everyone_reads_published_data()
    {
        const string Count = "select count(*) as n from list";
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await RecordAsMany(home);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        var period = await collector.PublishNow();

        foreach (var token in (string?[])[
            null, "tallymark_" + new string('a', 43), await collector.Token("rita", "reader"),
                await collector.Token("otto", "operator")])
        {
            var refused = await collector.Query(Count, token);
            Assert.True(refused.Status is 401 or 403, $"{refused}");
            Assert.DoesNotContain("20", refused.Text, StringComparison.Ordinal);
        }

        var answers = new List<(int, string)>();
        foreach (var name in (string[])["ada", "bob"])
            answers.Add(await collector.Query(Count, await collector.Token(name, "maintainer")));
        Assert.Equal([(200, $"n\n{MinInstallations}\n"), (200, $"n\n{MinInstallations}\n")], answers);
        var audit = (await collector.Command("audit", "--data", collector.Data)).Output;
        Assert.Contains("ada", audit, StringComparison.Ordinal);
        Assert.Contains("bob", audit, StringComparison.Ordinal);

        // The public reads it without a token or a cookie.
        var file = $"kmpkg/kmpkg-usage-{period}.tsv";
        var published = await collector.Get("/public/" + file);
        Assert.Equal((200, await collector.ReadPublished(file)), published);
        Assert.Contains($"\t{MinInstallations}\tlist\t", published.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("installation", published.Text, StringComparison.OrdinalIgnoreCase);

        // The file permissions deny other users of the machine every access.
        Assert.NotEmpty(Directory.GetFiles(collector.Data, "*.duckdb", SearchOption.AllDirectories));
        var open = await Product.Run("find", [collector.Data, "-perm", "/077"], home.Environment,
            TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (open.ExitCode, open.Output));
    }

    [Fact]
    [Claim("LF-06")]
    public async Task The_form_says_where_data_is_stored_who_administers_it_and_who_reads_it_and_that_is_true()
    {
        var manifest = ManifestReader.Read(
            await File.ReadAllTextAsync(Product.ManifestFile, TestContext.Current.CancellationToken)).Manifest!;
        var form = (await Tallymark("review", Product.ManifestFile)).Output;
        Assert.Contains(
            $"### 3.1 Where data is collected and stored, physically where known\n\nIt is received by {manifest.Recipient} at `{manifest.Endpoint}` and "
            + $"kept for {manifest.RetentionDays} days. It is stored on {manifest.Storage!.Where}.\n",
            form, StringComparison.Ordinal);
        Assert.Contains(
            $"### 3.2 Who administers the servers and has access\n\n{manifest.Storage.Administrators}. ",
            form, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "Only maintainers can read the events themselves. All maintainers have the same access, each with a personal "
            + "token, and every access is logged.\n",
            form, StringComparison.Ordinal);

        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        foreach (var command in (string[][])[["install", "zlib"], ["list"]])
            await home.Kmpkg(command);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);

        // Every maintainer reads everything, even one who was added later; an operator's token reads nothing.
        const string Sql = "select 'list' as event, installation, time from list union all select 'build', installation, time from build order by event";
        string[] maintainers = ["ada", "bob", "eve"];
        var answers = new List<(int Status, string Text)>();
        foreach (var name in maintainers)
            answers.Add(await collector.Query(Sql, await collector.Token(name, "maintainer")));
        Assert.Equal(200, answers[0].Status);
        Assert.Equal(3, answers[0].Text.TrimEnd('\n').Split('\n').Length);
        Assert.Single(answers.Distinct());
        Assert.Equal(403, (await collector.Query(Sql, await collector.Token("otto", "operator"))).Status);
        Assert.Equal(401, (await collector.Query(Sql, null)).Status);
        var audit = (await collector.Command("audit", "--data", collector.Data)).Output;
        Assert.All(maintainers, name => Assert.Contains(name, audit, StringComparison.Ordinal));

        // All events are stored in the one folder that the collector was given.
        Assert.Equal(0, await collector.Stop());
        Assert.Equal(3, (await collector.Events()).Count);
    }

    [Fact]
    [Claim("MLNET-13")]
    public async Task Uploads_are_encrypted_and_an_untrusted_server_receives_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("tallymark-tls-").FullName;
        try
        {
            var (certificate, key) = TlsCertificate.Make(folder);
            await using var collector = await RunningCollector.Start(null, "--certificate", certificate, "--key", key);
            await using var relay = new RecordingRelay(collector);
            using var home = new Home(relay.SecureEndpoint);
            await home.SetUp();
            await home.Kmpkg("install", "zlib");

            // The client does not trust that certificate yet.
            Assert.Equal(1, (await home.Telemetry("upload")).ExitCode);
            Assert.Empty(home.Lines("sent"));
            home.Environment["SSL_CERT_FILE"] = certificate;
            var upload = await home.Telemetry("upload");
            Assert.True(upload.ExitCode == 0, upload.Errors);
            Assert.Equal(2, home.Lines("sent").Count);

            var sent = await relay.Close();
            Assert.Contains(sent, bytes => bytes.Length > 0 && bytes[0] == 0x16); // TLS: a handshake

            // A TLS handshake names the host, which is the same for all users.
            var all = string.Concat(sent.Select(Encoding.Latin1.GetString))
                .Replace(SampleTool.Kmpkg.Endpoint.Host, "", StringComparison.Ordinal);
            foreach (var word in (string[])["HTTP/1.1", "/v1/", "tallymark/", "kmpkg", "zlib", "gzip", "application/"])
                Assert.DoesNotContain(word, all, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, await collector.Stop());
            Assert.Equal(2, (await collector.Events()).Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    [Claim("MLNET-13")]
    public async Task Unencrypted_uploads_go_only_to_this_machine()
    {
        // No variable and no manifest can request it, and a collector refuses to listen for other machines without TLS.
        using var home = new Home("http://telemetry.kmpkg.example/v1/batches");
        await home.SetUp();
        Assert.Contains("Endpoint: https://telemetry.kmpkg.example/v1/batches\n",
            (await home.Telemetry("status")).Output, StringComparison.Ordinal);
        var manifest = Path.Combine(home.Folder, "telemetry.yaml");
        var text = await File.ReadAllTextAsync(Product.ManifestFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            manifest, text.Replace("endpoint: https:", "endpoint: http:", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Tallymark("check", Product.ManifestFile)).ExitCode);
        Assert.Equal(1, (await Tallymark("check", manifest)).ExitCode);

        var refused = await Tallymark(
            "serve", "--data", Path.Combine(home.Folder, "data"), "--manifests",
            Path.GetDirectoryName(Product.ManifestFile)!, "--listen", "0.0.0.0:0");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("--plain-http", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("MLNET-07")]
    public async Task Three_octets_of_an_address_determine_the_country_and_no_disk_or_log_contains_the_address()
    {
        const string One = "45.45.67.89", Neighbour = "45.45.67.201", Stranger = "45.45.99.7";
        var countries = Countries("45.45.67.0,45.45.67.127,UG\n45.45.67.128,45.45.67.255,FR\n");
        try
        {
            await using var collector = await RunningCollector.Start(
                null, "--countries", countries, "--trusted-proxy", "127.0.0.1");
            var lines = 0;
            foreach (var address in (string[])[One, Neighbour, Stranger])
            {
                await using var relay = new RecordingRelay(collector, address);
                using var home = new Home(relay.Endpoint);
                await home.SetUp();
                await home.Kmpkg("list");
                Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
                lines += home.Lines("sent").Count;
                Assert.Empty(AddressSearch.FindBelow(home.State, address));
            }

            var metrics = (await collector.Get("/metrics")).Text;
            var answer = await collector.Query("select country from list order by all",
                await collector.Token("ada", "maintainer"));
            await collector.PublishNow();
            Assert.Equal(0, await collector.Stop());

            // The fourth octet is ignored: the neighbour's own address is in the range of another country.
            var rows = await collector.Events();
            Assert.Equal(["", "UG", "UG"], rows.Select(row => row["country"].ToString()).Order(StringComparer.Ordinal));
            Assert.Equal(3, lines);
            Assert.Contains("UG", answer.Text, StringComparison.Ordinal);
            foreach (var address in (string[])[One, Neighbour, Stranger])
            {
                Assert.Empty(AddressSearch.FindBelow(collector.Data, address));
                Assert.Empty(AddressSearch.FindBelow(collector.Published, address));
                foreach (var text in (string[])[
                    await collector.Log, metrics, answer.Text, System.Text.Json.JsonSerializer.Serialize(rows)])
                    Assert.Empty(AddressSearch.FindIn("a text", Encoding.UTF8.GetBytes(text), address));
            }

            // Control: the search finds each form of an address that a file does contain.
            foreach (var form in AddressSearch.Forms(One))
            {
                await File.WriteAllBytesAsync(Path.Combine(collector.Data, "leak"), [1, 2, .. form, 3],
                    TestContext.Current.CancellationToken);
                Assert.NotEmpty(AddressSearch.FindBelow(collector.Data, One));
            }
        }
        finally
        {
            Directory.Delete(countries, recursive: true);
        }
    }

    [Fact]
    [Claim("DOTNET-09")]
    public async Task Geography_is_a_country_name_or_a_continent_where_no_country_applies()
    {
        var countries = Countries(
            "45.45.1.0,45.45.1.255,UG\n45.45.2.0,45.45.2.255,AQ\n45.45.3.0,45.45.3.255,EU\n");
        try
        {
            await using var collector = await RunningCollector.Start(
                null, "--countries", countries, "--trusted-proxy", "127.0.0.1");
            foreach (var address in (string[])["45.45.1.7", "45.45.2.7", "45.45.3.7"])
            {
                await using var relay = new RecordingRelay(collector, address);
                using var home = new Home(relay.Endpoint);
                await home.SetUp();
                await RecordAsMany(home);
                Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
            }

            var period = await collector.PublishNow();
            var rows = (await collector.ReadPublished($"kmpkg/kmpkg-countries-{period}.tsv")).TrimEnd('\n')
                .Split('\n');
            Assert.Equal("Timestamp\tOccurrences\tCountry", rows[0]);
            Assert.Equal(
                [("Antarctica", "20"), ("Europe", "20"), ("Uganda", "20")],
                rows[1..].Select(row => row.Split('\t')).Select(cells => (cells[2], cells[1])).Order());
        }
        finally
        {
            Directory.Delete(countries, recursive: true);
        }
    }

    /// <summary>Runs `list` once and repeats its line under as many other ids as a published row needs.</summary>
    static async Task RecordAsMany(Home home)
    {
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(home.State, "spool"), "*.ndjson"));
        var line = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var id = line[(line.IndexOf("\"installation\":\"", StringComparison.Ordinal) + 16)..][..64];
        await File.WriteAllTextAsync(
            file,
            string.Concat(Enumerable.Range(0, MinInstallations).Select(_ =>
                line.Replace(id, RandomNumberGenerator.GetHexString(64, lowercase: true), StringComparison.Ordinal))),
            TestContext.Current.CancellationToken);
    }

    /// <summary>Creates a folder with this table of address ranges and countries.</summary>
    static string Countries(string table)
    {
        var folder = Directory.CreateTempSubdirectory("tallymark-countries-").FullName;
        File.WriteAllText(Path.Combine(folder, "own.csv"), table);
        return folder;
    }

    static Task<ProcessResult> Tallymark(params string[] arguments) => Product.Run(
        Product.Tallymark, arguments, new Dictionary<string, string>(StringComparer.Ordinal),
        TestContext.Current.CancellationToken);
}
