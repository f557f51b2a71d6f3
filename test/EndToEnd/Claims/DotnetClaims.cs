// SPDX-License-Identifier: MIT
// The .NET CLI document's claims about the collector: stored and published data, and stored data never published.

using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class DotnetClaims : IDisposable
{
    const string Tool = "dotnet-cli";

    const string HashedMac = "mac_address", HashedFolder = "working_directory";

    // The publication threshold: a row is published from 20 installations on.
    const int MinInstallations = 20;

    const string Example = "5f0c6b9c7e8d4a33f5d7a1be3c0c4a5e8f1f0e6a2d3b4c5d6e7f8091a2b3c4d5";

    const string Manifest = $$"""
        tallymark: 1
        tool: dotnet-cli
        version: 1
        purpose: to understand how the tools are used
        recipient: the makers of the tools
        endpoint: https://telemetry.dotnet.example/v1/batches
        repository: https://dotnet.example/cli
        contact: mailto:privacy@dotnet.example
        time: second
        retention: 400 days
        license: CC-BY-4.0
        consent:
          default: on
          variables:
            - name: DOTNET_CLI_TELEMETRY_OPTOUT
        notice:
          more: docs/telemetry.md
        fields:
          installation:
            type: installation
            why: To count installations once.
            example: {{Example}}
            published: false
          sdk_version:
            type: version
            why: To see which versions are in use.
            example: 10.0.100
            published: true
          os:
            type: os
            why: To know which systems to support.
            example: linux
            published: true
          os_version:
            type: os
            part: version
            why: To know which releases to support.
            example: ubuntu.24.04
            published: true
          runtime_id:
            type: runtime
            part: id
            why: To know what to build for.
            example: linux-x64
            published: true
          country:
            type: country
            why: To know where the tools are used.
            example: UG
            published: true
          mac_address:
            type: machine
            why: To count machines once.
            example: {{Example}}
            published: false
        events:
          command:
            why: To learn which commands are used.
            fields:
              command:
                type: enum
                values: [build, pack, restore, run]
                why: To know which command it was.
                example: build
                published: true
              exit_code:
                type: exit-code
                why: To find commands that fail.
                example: 0
                published: false
              working_directory:
                type: digest
                salt: tool
                why: To tell projects apart.
                example: {{Example}}
                published: false
        datasets:
          usage:
            title: Usage
            events: [command]
            columns:
              - { name: Timestamp, from: day }
              - { name: Occurrences, from: occurrences }
              - { name: Command, from: command }
              - { name: Geography, from: country }
              - { name: OSFamily, from: os }
              - { name: RuntimeID, from: runtime_id }
              - { name: OSVersion, from: os_version }
              - { name: SDKVersion, from: sdk_version }

        """;

    const string Headings = "Timestamp\tOccurrences\tCommand\tGeography\tOSFamily\tRuntimeID\tOSVersion\tSDKVersion\n";

    // Half of each network belongs to France: a lookup of the whole address would place some of its clients there.
    const string Countries = """
        198.52.100.0,198.52.100.127,AQ
        198.52.100.128,198.52.100.255,FR
        203.0.115.0,203.0.115.127,UG
        203.0.115.128,203.0.115.255,FR

        """;

    static readonly Use Building = new(
        "203.0.115.", "build", "linux", "ubuntu.24.04", "linux-x64", "10.0.100", Digest("3c:ec:ef:12:34:56"),
        Digest("/home/ada/secret"));

    static readonly Use Running = new(
        "198.52.100.", "run", "macos", "15.4", "osx-arm64", "9.0.304", Digest("3c:ec:ef:65:43:21"),
        Digest("/Users/bob/secret"));

    // Read once, so that all events have the same day even if the test runs past midnight.
    readonly DateTime _day = DateTime.UtcNow.Date;
    readonly string _folder = Directory.CreateTempSubdirectory("tallymark-dotnet-").FullName;

    string ManifestFile => Path.Combine(_folder, "manifests", "telemetry.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Claim("DOTNET-03")]
    public async Task Time_command_geography_system_SDK_and_runtime_id_are_stored_and_published()
    {
        await using var collector = await Start();
        var sent = await Send(collector, Building, times: 1);
        sent.AddRange(await Send(collector, Running, times: 2));
        var period = await collector.Publish(Tool, _day);

        // The whole file is compared: it has no other column and no other row.
        var file = $"{Tool}/{Tool}-usage-{period}.tsv";
        var day = _day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var expected = Headings
            + $"{day}\t20\tbuild\tUganda\tlinux\tlinux-x64\tubuntu.24.04\t10.0.100\n"
            + $"{day}\t40\trun\tAntarctica\tmacos\tosx-arm64\t15.4\t9.0.304\n";
        Assert.Equal(expected, await collector.ReadPublished(file));
        Assert.Equal((200, expected), await collector.Get("/public/" + file));

        Assert.Equal(0, await collector.Stop());
        string[] columns =
            ["event", "installation", "time", "command", "country", "os", "os_version", "sdk_version", "runtime_id"];
        var country = new Dictionary<string, string>(StringComparer.Ordinal) { ["build"] = "UG", ["run"] = "AQ" };
        Assert.Equal(
            sent.Select(e => string.Join(' ',
                "command", e.Installation, $"{e.Time:yyyy-MM-dd HH:mm:ss}", e.Use.Command, country[e.Use.Command],
                e.Use.Os, e.Use.OsVersion, e.Use.Sdk, e.Use.RuntimeId))
                .Order(StringComparer.Ordinal),
            (await collector.Events(Tool)).Select(row => string.Join(' ', columns.Select(c => row[c].ToString())))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    [Claim("DOTNET-06")]
    public async Task Hashed_MAC_address_and_working_directory_are_stored_and_not_published()
    {
        await using var collector = await Start();

        // Twenty installations share each value, so the publication threshold does not remove it.
        var sent = await Send(collector, Building, times: 1);
        sent.AddRange(await Send(collector, Running, times: 1));
        var period = await collector.Publish(Tool, _day);
        Assert.StartsWith(Headings, await collector.ReadPublished($"{Tool}/{Tool}-usage-{period}.tsv"),
            StringComparison.Ordinal);
        Assert.Empty(FindValues(collector.Published));

        // Only the dictionary has their names: it lists everything collected and marks these as not published.
        Assert.Equal(
            ["dictionary-1.json", "dictionary-1.md", "dictionary.json", "dictionary.md"],
            FindNames(collector.Published).Order(StringComparer.Ordinal));
        using var dictionary = JsonDocument.Parse(await collector.ReadPublished($"{Tool}/dictionary.json"));
        var fields = dictionary.RootElement.GetProperty("fields").EnumerateArray()
            .Concat(dictionary.RootElement.GetProperty("events")[0].GetProperty("fields").EnumerateArray())
            .ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("published")
                .GetBoolean(), StringComparer.Ordinal);
        Assert.Equal((false, false, true), (fields[HashedMac], fields[HashedFolder], fields["country"]));

        Assert.Equal(0, await collector.Stop());
        Assert.Equal(
            sent.Select(e => $"{e.Installation} {e.Use.HashedMac} {e.Use.HashedFolder}").Order(StringComparer.Ordinal),
            (await collector.Events(Tool)).Select(row => $"{row["installation"]} {row[HashedMac]} {row[HashedFolder]}")
                .Order(StringComparer.Ordinal));

        // Control: the search finds each form of a value, and a field's name, in a file that does contain it.
        var leakFile = Path.Combine(collector.Published, "leak");
        foreach (var form in Forms(Building.HashedFolder).Append(Encoding.UTF8.GetBytes("Mac_Address")))
        {
            await File.WriteAllBytesAsync(leakFile, [1, 2, .. form, 3], TestContext.Current.CancellationToken);
            Assert.Equal(["leak"], FindValues(collector.Published).Concat(FindNames(collector.Published))
                .Where(name => !name.StartsWith("dictionary", StringComparison.Ordinal)));
        }
    }

    [Fact]
    [Claim("DOTNET-06")]
    public async Task The_check_and_the_running_collector_refuse_a_manifest_that_would_publish_a_digest()
    {
        await using var collector = await Start();
        await Send(collector, Building, times: 1);
        foreach (var (field, type) in ((string, string)[])[(HashedMac, "machine"), (HashedFolder, "digest")])
        {
            await AssertRefused(collector, WithColumn(Second, field), field, "TALLY0075", $"from: {field}",
                $"The field `{field}` has `published: false`");
            await AssertRefused(collector, Published(Second, field), field, "TALLY0050", "published: true",
                $"A field of type `{type}` can't be published");
            await AssertRefused(
                collector, WithColumn(Published(Second, field), field), field, "TALLY0050", "published: true",
                    $"A field of type `{type}` can't be published");
        }

        // Only that column was refused: the collector accepts the same version without it.
        await Offer(Second);
        var reload = await collector.Command("reload", "--data", collector.Data);
        Assert.True(reload.ExitCode == 0, reload.Output + reload.Errors);
        await Send(collector, Building, times: 1, version: 2);
        var period = await collector.Publish(Tool, _day);
        Assert.StartsWith(Headings, await collector.ReadPublished($"{Tool}/{Tool}-usage-{period}.tsv"),
            StringComparison.Ordinal);
        Assert.Empty(FindValues(collector.Published));
    }

    [Fact]
    [Claim("DOTNET-06")]
    public async Task The_collector_refuses_a_manifest_that_would_publish_stored_digests_as_another_type()
    {
        await using var collector = await Start();
        await Send(collector, Building, times: 1);
        foreach (var (field, kind, keys) in ((string, string, string)[])[
            (HashedMac, "machine", "type: machine\n"),
            (HashedFolder, "digest salt: tool", "type: digest\n        salt: tool\n")])
        {
            await Offer(WithColumn(Published(Retyped(Second, field, keys), field), field));

            // The manifest alone is valid; only the collector, which accepted version 1, knows the old type.
            var check = await collector.Command("check", ManifestFile);
            Assert.True(check.ExitCode == 0, check.Output);
            await AssertNotAccepted(
                collector,
                $"{ManifestFile}: the field `{field}` is `arch` here, but `{kind}` in accepted version 1.");
        }

        var period = await collector.Publish(Tool, _day);
        Assert.StartsWith(Headings, await collector.ReadPublished($"{Tool}/{Tool}-usage-{period}.tsv"),
            StringComparison.Ordinal);
        Assert.Empty(FindValues(collector.Published));
    }

    async Task AssertRefused(RunningCollector collector, string manifest, string field, string finding, string place,
        string why)
    {
        await Offer(manifest);
        var message = $"{ManifestFile}({PlaceOf(manifest, field, place)}): error {finding}: {why}";
        var check = await collector.Command("check", ManifestFile);
        Assert.Equal(1, check.ExitCode);
        Assert.Contains(message, check.Output, StringComparison.Ordinal);
        await AssertNotAccepted(collector, message);
    }

    /// <summary>
    /// The running collector reports why it refuses the manifest in its folder; the old version stays active, and no
    /// event of the new one is stored.
    /// </summary>
    async Task AssertNotAccepted(RunningCollector collector, string message)
    {
        var reload = await collector.Command("reload", "--data", collector.Data);
        Assert.Equal(1, reload.ExitCode);
        Assert.StartsWith($"refused {ManifestFile}\n", reload.Output, StringComparison.Ordinal);
        Assert.Contains(message, reload.Output, StringComparison.Ordinal);
        List<Event> one = [new(Building, Installation(Building, 0), _day)];
        Assert.Equal(200, (await Post(collector, one, version: 1)).Status);
        var refused = await Post(collector, one, version: 2);
        Assert.Equal(503, refused.Status);
        Assert.Contains("unknown-manifest", refused.Text, StringComparison.Ordinal);
    }

    async Task<RunningCollector> Start()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ManifestFile)!);
        await File.WriteAllTextAsync(ManifestFile, Manifest, TestContext.Current.CancellationToken);
        var countries = Directory.CreateDirectory(Path.Combine(_folder, "countries")).FullName;
        await File.WriteAllTextAsync(Path.Combine(countries, "own.csv"), Countries,
            TestContext.Current.CancellationToken);
        var collector = await RunningCollector.Start(
            Path.GetDirectoryName(ManifestFile), "--countries", countries, "--trusted-proxy", "127.0.0.1");
        var check = await collector.Command("check", ManifestFile);
        Assert.True(check.ExitCode == 0, check.Output);
        return collector;
    }

    /// <summary>Replaces the manifest in the collector's folder atomically.</summary>
    async Task Offer(string manifest)
    {
        var beside = Path.Combine(_folder, "beside.yaml");
        await File.WriteAllTextAsync(beside, manifest, TestContext.Current.CancellationToken);
        File.Move(beside, ManifestFile, overwrite: true);
    }

    /// <summary>Each installation sends its own batch; all are in one network.</summary>
    async Task<List<Event>> Send(RunningCollector collector, Use use, int times, int version = 1)
    {
        var sent = new List<Event>();
        for (var i = 0; i < MinInstallations; i++)
        {
            List<Event> events =
                [.. Enumerable.Range(0, times)
                    .Select(n => new Event(use, Installation(use, i), _day.AddSeconds(60 * i + n)))];
            var (status, text) = await Post(collector, events, version, host: 5 + 12 * i);
            Assert.True(status == 200, text);
            Assert.Contains($"\"stored\":{times},\"dropped\":{{}}", text, StringComparison.Ordinal);
            sent.AddRange(events);
        }

        return sent;
    }

    static async Task<(int Status, string Text)> Post(RunningCollector collector, List<Event> events, int version,
        int host = 1)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        using var content = new StringContent(
            $$"""{"tallymark":1,"batch":"{{Guid.NewGuid()}}","tool":"{{Tool}}","events":{{events.Count}}}""" + "\n"
                + string.Concat(events.Select(e => e.Line(version) + "\n")),
            new MediaTypeHeaderValue("application/x-ndjson"));
        using var request = new HttpRequestMessage(HttpMethod.Post, collector.Endpoint) { Content = content };
        request.Headers.Add("X-Forwarded-For",
            string.Create(CultureInfo.InvariantCulture, $"{events[0].Use.Network}{host}"));
        using var reply = await client.SendAsync(request, stop);
        EntryPointLog.Record(EntryPoint.Collector);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(stop));
    }

    static string Second => Replace(Manifest, "\nversion: 1\n", "\nversion: 2\n");

    static string WithColumn(string manifest, string field) => $"{manifest}      - {{ name: Hashed, from: {field} }}\n";

    static string Published(string manifest, string field)
    {
        var at = manifest.IndexOf($"  {field}:\n", StringComparison.Ordinal);
        return manifest[..at] + Replace(manifest[at..], "published: false", "published: true");
    }

    static string Retyped(string manifest, string field, string keys)
    {
        var at = manifest.IndexOf($"  {field}:\n", StringComparison.Ordinal);
        return manifest[..at]
            + Replace(Replace(manifest[at..], keys, "type: arch\n"), $"example: {Example}", "example: x64");
    }

    /// <summary>Replaces the first occurrence; fails the test if there is none.</summary>
    static string Replace(string text, string old, string with)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{old} is not there");
        return text[..at] + with + text[(at + old.Length)..];
    }

    /// <summary>Line and column of a key's value: its first occurrence at or after the field.</summary>
    static string PlaceOf(string manifest, string field, string keyAndValue)
    {
        var at = manifest.IndexOf(keyAndValue, manifest.IndexOf($"  {field}:\n", StringComparison.Ordinal),
            StringComparison.Ordinal);
        at += keyAndValue.IndexOf(' ', StringComparison.Ordinal) + 1;
        var before = manifest[..at].Split('\n');
        return string.Create(CultureInfo.InvariantCulture, $"{before.Length},{before[^1].Length + 1}");
    }

    /// <summary>Files below a folder that contain a hashed value in any form, in their path or bytes.</summary>
    static IEnumerable<string> FindValues(string folder)
    {
        byte[][] forms =
            [.. new[] { Building, Running }.SelectMany(use => new[] { use.HashedMac, use.HashedFolder })
                .SelectMany(Forms)];
        return Files(folder).Where(file => Array.Exists(forms, form => file.Bytes.AsSpan().IndexOf(form) >= 0))
            .Select(file => file.Name);
    }

    /// <summary>
    /// Files below a folder that contain a hashed field's name in any case, with or without a separator.
    /// </summary>
    static IEnumerable<string> FindNames(string folder) =>
        Files(folder).Where(file => Encoding.Latin1.GetString(file.Bytes)
            .Replace("_", "", StringComparison.Ordinal) is var text
            && new[] { HashedMac, HashedFolder }.Any(
                name => text.Contains(name.Replace("_", "", StringComparison.Ordinal),
                StringComparison.OrdinalIgnoreCase)))
            .Select(file => file.Name);

    /// <summary>The name of each file, and the bytes of its path and its content.</summary>
    static IEnumerable<(string Name, byte[] Bytes)> Files(string folder)
    {
        (string, byte[])[] files = [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => (Path.GetFileName(file),
                    (byte[])[.. Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)),
                    .. File.ReadAllBytes(file)]))];
        Assert.Contains(files, file => file.Item1.EndsWith(".tsv", StringComparison.Ordinal));
        return files;
    }

    /// <summary>Each half of the digits; the whole in upper case, in UTF-16, as bytes and in base64.</summary>
    static IEnumerable<byte[]> Forms(string digest) =>
    [
        Encoding.ASCII.GetBytes(digest[..32]), Encoding.ASCII.GetBytes(digest[32..]),
        Encoding.ASCII.GetBytes(digest.ToUpperInvariant()),
        Encoding.Unicode.GetBytes(digest), Convert.FromHexString(digest),
        Encoding.ASCII.GetBytes(Convert.ToBase64String(Convert.FromHexString(digest))[..42]),
    ];

    static string Digest(string value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("digest-tool" + Tool + "\n" + value)));

    static string Installation(Use use, int number) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{use.Command} {number}"))));

    sealed record Use(
        string Network, string Command, string Os, string OsVersion, string RuntimeId, string Sdk, string HashedMac,
        string HashedFolder);

    sealed record Event(Use Use, string Installation, DateTime Time)
    {
        /// <summary>The line that a client writes to its spool (spec/spool.md).</summary>
        public string Line(int version) => $$$"""
            {"tallymark":1,"tool":"{{{Tool}}}","manifest":{{{version}}},"agreed":"5f0c6b9c7e8d4a33","event":"command",
            "time":"{{{Time:s}}}Z","status":"success","fields":{"installation":"{{{Installation}}}","sdk_version":"{{{Use.Sdk}}}",
            "os":"{{{Use.Os}}}","os_version":"{{{Use.OsVersion}}}","runtime_id":"{{{Use.RuntimeId}}}","mac_address":"{{{Use.HashedMac}}}",
            "command":"{{{Use.Command}}}","exit_code":0,"working_directory":"{{{Use.HashedFolder}}}"}}
            """.Replace("\n", "", StringComparison.Ordinal);
    }
}
