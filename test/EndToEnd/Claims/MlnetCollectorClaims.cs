// SPDX-License-Identifier: MIT
// The ML.NET CLI document's claims about the recipient, with mlnet as the sender: address, transport, access.

using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlnetCollectorClaims
{
    static readonly string Manifests = Path.GetDirectoryName(SampleTool.Mlnet.ManifestFile)!;

    [Fact]
    [Claim("MLNET-07")]
    public async Task Three_octets_of_the_senders_address_give_the_country_and_no_disk_or_log_has_the_address()
    {
        const string One = "45.83.21.44", Neighbour = "45.83.21.230";
        var countries = Directory.CreateTempSubdirectory("tallymark-countries-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(countries, "own.csv"), "45.83.21.0,45.83.21.127,UG\n45.83.21.128,45.83.21.255,FR\n",
            TestContext.Current.CancellationToken);
        try
        {
            await using var collector = await RunningCollector.Start(
                Manifests, "--countries", countries, "--trusted-proxy", "127.0.0.1");
            foreach (var address in (string[])[One, Neighbour])
            {
                await using var relay = new RecordingRelay(collector, address);
                using var home = new MlnetHome(relay.Endpoint);
                await home.SeeNotice();
                await home.Record(MlnetHome.Recommendation);
                await home.Upload();
                Assert.Empty(AddressSearch.FindBelow(home.State, address));

                // The tool itself sends no address and no country.
                foreach (var sent in await relay.Close())
                    Assert.Empty(AddressSearch.FindIn("wire", sent, address));
                Assert.DoesNotContain("country", Assert.Single(home.Lines("sent")), StringComparison.Ordinal);
            }

            var answer = await collector.Query(
                "select * from invocation", await collector.Token("ada", "maintainer"), "mlnet");
            Assert.Equal(200, answer.Status);
            var metrics = (await collector.Get("/metrics")).Text;
            await collector.Publish("mlnet", DateTime.UtcNow);
            Assert.Equal(0, await collector.Stop());

            // The fourth octet is ignored: the neighbour's own address is in the range of another country.
            var rows = await collector.Events("mlnet");
            Assert.Equal(["UG", "UG"], rows.Select(row => row["country"].GetString()));
            var texts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["the log"] = await collector.Log,
                ["/metrics"] = metrics,
                ["an answer"] = answer.Text,
                ["rows"] = JsonSerializer.Serialize(rows),
            };
            foreach (var address in (string[])[One, Neighbour])
            {
                Assert.Empty(AddressSearch.FindBelow(collector.Data, address));
                Assert.Empty(AddressSearch.FindBelow(collector.Published, address));
                Assert.Empty(texts.SelectMany(
                    text => AddressSearch.FindIn(text.Key, Encoding.UTF8.GetBytes(text.Value), address)));
            }

            // Control: the search finds each form of an address in a file that does contain it.
            foreach (var form in AddressSearch.Forms(One))
            {
                await File.WriteAllBytesAsync(
                    Path.Combine(collector.Data, "leak"), [1, 2, .. form, 3], TestContext.Current.CancellationToken);
                Assert.NotEmpty(AddressSearch.FindBelow(collector.Data, One));
            }
        }
        finally
        {
            Directory.Delete(countries, recursive: true);
        }
    }

    [Fact]
    [Claim("MLNET-13")]
    public async Task The_transport_is_encrypted_and_an_untrusted_server_receives_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("tallymark-tls-").FullName;
        try
        {
            var (certificate, key) = TlsCertificate.Make(folder);
            await using var collector = await RunningCollector.Start(
                Manifests, "--certificate", certificate, "--key", key);
            await using var relay = new RecordingRelay(collector);
            using var home = new MlnetHome(relay.SecureEndpoint);
            await home.SeeNotice();
            await home.Record(MlnetHome.Recommendation);

            // The client does not trust that certificate yet.
            Assert.Equal(1, (await home.Telemetry("upload")).ExitCode);
            Assert.Empty(home.Lines("sent"));
            home.Environment["SSL_CERT_FILE"] = certificate;
            await home.Upload();
            Assert.Single(home.Lines("sent"));

            var sent = await relay.Close();
            Assert.Contains(sent, bytes => bytes.Length > 0 && bytes[0] == 0x16); // TLS: a handshake

            // A TLS handshake names the host, which is the same for all users.
            var all = string.Concat(sent.Select(Encoding.Latin1.GetString))
                .Replace(SampleTool.Mlnet.Endpoint.Host, "", StringComparison.Ordinal);
            foreach (var word in (string[])["HTTP/1.1", "/v1/", "tallymark/", "mlnet", "recommendation", "application/"])
                Assert.DoesNotContain(word, all, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, await collector.Stop());
            Assert.Single(await collector.Events("mlnet"));
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
        using var home = new MlnetHome("http://telemetry.mlnet.example/v1/batches");
        await home.SeeNotice();
        Assert.Contains("Endpoint: https://telemetry.mlnet.example/v1/batches\n",
            (await home.Telemetry("status")).Output, StringComparison.Ordinal);
        var manifest = Path.Combine(home.Folder, "telemetry.yaml");
        var text = await File.ReadAllTextAsync(SampleTool.Mlnet.ManifestFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            manifest, text.Replace("endpoint: https:", "endpoint: http:", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var check = await Product.Run(
            Product.Tallymark, ["check", manifest], home.Environment, TestContext.Current.CancellationToken);
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("error TALLY0023", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Published_files_show_commands_tasks_versions_systems_and_sizes_without_an_id()
    {
        const int MinInstallations = 20;
        await using var collector = await RunningCollector.Start(Manifests);
        using var home = new MlnetHome(collector.Endpoint);
        await home.SeeNotice();
        var (_, line) = await home.Record(MlnetHome.Recommendation);
        await home.RepeatAsOthers(MinInstallations);
        await home.Upload();
        var period = await collector.Publish("mlnet", DateTime.UtcNow);

        var fields = line.GetProperty("fields");
        string Value(string field) => fields.GetProperty(field).ToString();
        foreach (var (dataset, values) in ((string, string)[])[
            ("commands", "recommendation\tsuccess"), ("tasks", "recommendation"), ("versions", Value("version")),
            ("systems", $"linux\t{Value("os_version")}"), ("sizes", Value("dataset_size"))])
        {
            var file = $"mlnet/mlnet-{dataset}-{period}.tsv";
            var published = (await collector.ReadPublished(file)).TrimEnd('\n').Split('\n');
            Assert.Equal((200, string.Join('\n', published) + "\n"), await collector.Get("/public/" + file));
            Assert.Equal(2, published.Length);
            Assert.EndsWith($"\t{MinInstallations}\t{values}", published[1], StringComparison.Ordinal);
            foreach (var id in (string[])["installation", "dataset_name"])
                Assert.DoesNotContain(Value(id), string.Concat(published), StringComparison.Ordinal);
        }
    }

    [Fact]
    [Claim("MLNET-13")]
    public async Task Stored_data_is_readable_only_with_a_maintainers_token()
    {
        await using var collector = await RunningCollector.Start(Manifests);
        using var home = new MlnetHome(collector.Endpoint);
        await home.SeeNotice();
        await home.Record(MlnetHome.Recommendation);
        await home.Upload();

        const string Sql = "select command from invocation";
        foreach (var token in (string?[])[
            null, "tallymark_" + new string('a', 43), await collector.Token("rita", "reader"),
            await collector.Token("otto", "operator")])
        {
            var refused = await collector.Query(Sql, token, "mlnet");
            Assert.True(refused.Status is 401 or 403, $"{refused}");
            Assert.DoesNotContain("recommendation", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(
            (200, "command\nrecommendation\n"),
            await collector.Query(Sql, await collector.Token("ada", "maintainer"), "mlnet"));
        Assert.Contains("ada", (await collector.Command("audit", "--data", collector.Data)).Output,
            StringComparison.Ordinal);

        // The file permissions deny other users of the machine every access.
        Assert.NotEmpty(Directory.GetFiles(collector.Data, "*.duckdb", SearchOption.AllDirectories));
        var open = await Product.Run("find", [collector.Data, "-perm", "/077"], home.Environment,
            TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (open.ExitCode, open.Output));
    }
}
