// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Collector.Tests;

/// <summary>The values that each type of field may carry, and how they are stored.</summary>
public sealed class ValueTests
{
    const string Uuid = "45e27512-43e8-4c7e-87ac-a6ac25d75a0d";

    [Theory]
    [InlineData("switch", "true", "1")]
    [InlineData("switch", "false", "0")]
    [InlineData("colour", "\"red\"", "red")]
    [InlineData("colour", "\"other\"", "other")]
    [InlineData("options", "[]", "")]
    [InlineData("options", "[\"--all\",\"--dry-run\",\"other\",\"zebra\"]", "--all --dry-run other zebra")]
    [InlineData("number", "0", "0")]
    [InlineData("number", "9007199254740992", "9007199254740992")]
    [InlineData("bucket", "10", "10")]
    [InlineData("size", "0", "0")]
    [InlineData("size", "1", "1")]
    [InlineData("size", "4611686018427387904", "4611686018427387904")]
    [InlineData("duration", "12", "12")]
    [InlineData("exit_code", "255", "255")]
    [InlineData("version", "\"1\"", "1")]
    [InlineData("version", "\"1.22.333.4444\"", "1.22.333.4444")]
    [InlineData("version", "\"1.4.2-rc.1\"", "1.4.2-rc.1")]
    [InlineData("version", "\"1.4.2-preview\"", "1.4.2-preview")]
    [InlineData("version", "\"other\"", "other")]
    [InlineData("os", "\"linux\"", "linux")]
    [InlineData("os_version", "\"10.0.26100\"", "10.0.26100")]
    [InlineData("os_version", "\"debian.12\"", "debian.12")]
    [InlineData("os_version", "\"arch\"", "arch")]
    [InlineData("os_version", "\"opensuse-leap.15.6\"", "opensuse-leap.15.6")]
    [InlineData("arch", "\"arm64\"", "arm64")]
    [InlineData("runtime", "\"dotnet\"", "dotnet")]
    [InlineData("runtime_version", "\"10.0.12\"", "10.0.12")]
    [InlineData("runtime_version", "\"11.0.0-preview.1\"", "11.0.0-preview.1")]
    [InlineData("runtime_id", "\"linux-musl-x64\"", "linux-musl-x64")]
    [InlineData("scheme", "\"https\"", "https")]
    [InlineData("scheme", "\"custom_scheme\"", "custom_scheme")]
    [InlineData("scheme", "\"none\"", "none")]
    [InlineData("digest", $"\"{Some.Installation}\"", Some.Installation)]
    [InlineData("machine", $"\"{Some.Installation}\"", Some.Installation)]
    [InlineData("installation", $"\"{Some.Installation}\"", Some.Installation)]
    [InlineData("session", $"\"{Uuid}\"", Uuid)]
    [InlineData("random", $"\"{Uuid}\"", Uuid)]
    [InlineData("random", "\"0123456789012345678\"", "0123456789012345678")]
    [InlineData("environment", "[\"ci\",\"container\"]", "ci container")]
    [InlineData("stack", "[\"Program.<Main>$:12\",\"A.B`1.C:0\",\"other\"]", "Program.<Main>$:12 A.B`1.C:0 other")]
    public async Task A_value_that_the_type_allows_is_stored(string field, string json, string stored)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(Some.Line("every", $"\"{field}\":{json}"));

        Assert.Equal(1, answer.Stored);
        Assert.Equal([stored], store.Column("every", field));
    }

    [Theory]
    [InlineData("switch", "1")]
    [InlineData("switch", "\"true\"")]
    [InlineData("colour", "\"Red\"")]
    [InlineData("colour", "\"\"")]
    [InlineData("colour", "[\"red\"]")]
    [InlineData("options", "\"--all\"")]
    [InlineData("options", "[\"--dry-run\",\"--all\"]")] // not in the order of bytes
    [InlineData("options", "[\"--all\",\"--all\"]")]
    [InlineData("options", "[\"--typed\"]")]
    [InlineData("options", "[1]")]
    [InlineData("number", "-1")]
    [InlineData("number", "-0")]
    [InlineData("number", "1.0")]
    [InlineData("number", "1e3")]
    [InlineData("number", "\"1\"")]
    [InlineData("number", "9007199254740993")]
    [InlineData("number", "99999999999999999999999999")]
    [InlineData("bucket", "2")]
    [InlineData("bucket", "101")]
    [InlineData("size", "3")]
    [InlineData("size", "9223372036854775807")]
    [InlineData("duration", "0.5")]
    [InlineData("exit_code", "256")]
    [InlineData("version", "\"1.4.2-secret\"")]
    [InlineData("version", "\"1.4.2-rc.1.2\"")]
    [InlineData("version", "\"1.4.2-\"")]
    [InlineData("version", "\"1..2\"")]
    [InlineData("version", "\"1.2.3.4.5\"")]
    [InlineData("version", "\"1234567890\"")]
    [InlineData("version", "\"v1\"")]
    [InlineData("version", "\"\"")]
    [InlineData("os", "\"Linux\"")]
    [InlineData("os", "\"temple\"")]
    [InlineData("os_version", "\"acme-corp.1\"")]
    [InlineData("os_version", "\"debian.\"")]
    [InlineData("os_version", "\"debian.bookworm\"")]
    [InlineData("arch", "\"mips\"")]
    [InlineData("runtime", "\"my-runtime\"")]
    [InlineData("runtime_version", "\"10.0.12-acme\"")]
    [InlineData("runtime_id", "\"acme.1-x64\"")]
    [InlineData("scheme", "\"ftp\"")]
    [InlineData("scheme", "\"https://host\"")]
    [InlineData("digest", "\"abc\"")]
    [InlineData("digest", "\"5F0C6B9C7E8D4A33F5D7A1BE3C0C4A5E8F1F0E6A2D3B4C5D6E7F8091A2B3C4D5\"")]
    [InlineData("machine", "\"00:11:22:33:44:55\"")]
    [InlineData("installation", "1")]
    [InlineData("session", "\"45E27512-43E8-4C7E-87AC-A6AC25D75A0D\"")]
    [InlineData("session", "\"45e2751243e84c7e87aca6ac25d75a0d\"")]
    [InlineData("random", "\"01234567890123456789\"")]
    [InlineData("random", "12")]
    [InlineData("random", "\"ada\"")]
    [InlineData("environment", "[\"container\",\"ci\"]")]
    [InlineData("environment", "[\"office\"]")]
    [InlineData("environment", "[\"other\"]")]
    [InlineData("stack", "[\"Program.Main\"]")]
    [InlineData("stack", "[\"Program.Main:x\"]")]
    [InlineData("stack", "[\"it broke at:1\"]")]
    [InlineData("stack", "[\"/home/ada/Program.cs:1\"]")]
    public async Task A_value_that_the_type_does_not_allow_drops_its_event(string field, string json)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(Some.Line("every", $"\"{field}\":{json}"));

        Assert.Equal(0, answer.Stored);
        Assert.Equal(1, Assert.Single(answer.Dropped).Value);
        Assert.Equal(1, answer.Dropped["bad-value"]);
        Assert.Equal(0, store.Total());
    }

    [Theory]
    [InlineData("192.168.1.17", true, 0)]
    [InlineData("192.168.1.17-rc.1", true, 0)]
    [InlineData("192.168.1.0", true, 1)]
    [InlineData("19.38.33133.1", true, 1)]
    [InlineData("192.168.1.17", false, 1)] // the version of the tool itself: from its build, not from a user
    public async Task A_version_of_the_program_can_not_be_an_address(string version, bool given, int stored)
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("manifests/m.yaml", given
            ? Some.Manifest.Replace("version: { type: version,", "version: { type: version, source: program,",
                StringComparison.Ordinal)
            : Some.Manifest);
        await using var collector = await InProcessCollector.StartAsync(folder, _ => store);

        Assert.Equal(stored, (await collector.SendAsync(Some.Line("every", $"\"version\":\"{version}\""))).Stored);
    }

    [Fact]
    public async Task A_stack_has_at_most_twenty_frames()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        string Stack(int frames) => $"\"stack\":[{string.Join(',', Enumerable.Repeat("\"A.B:1\"", frames))}]";

        Assert.Equal(1, (await collector.SendAsync(Some.Line("every", Stack(20)))).Stored);
        Assert.Equal(1, (await collector.SendAsync(Some.Line("every", Stack(21)))).Dropped["bad-value"]);
    }

    [Fact]
    public async Task Fields_may_be_in_any_order_and_withheld_fields_are_stored_by_name()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(
            Some.Line(
                "every", "\"number\":2,\"switch\":true", withheld: "\"withheld\":[\"version\",\"country\",\"arch\"],"));

        Assert.Equal(1, answer.Stored);
        Assert.Equal(["2"], store.Column("every", "number"));
        Assert.Equal(["1"], store.Column("every", "switch"));
        Assert.Equal(["arch country version"], store.Column("every", "withheld"));
    }

    [Fact]
    public async Task Times_are_stored_as_sent_and_receipt_times_no_finer_than_the_manifest_says()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("manifests/m.yaml", Some.Manifest.Replace("time: second", "time: hour", StringComparison.Ordinal));
        var now = new DateTimeOffset(2026, 11, 20, 10, 51, 21, 123, TimeSpan.Zero);
        await using var collector =
            await InProcessCollector.StartAsync(folder, _ => store, time: new FakeTimeProvider(now));

        var answer = await collector.SendAsync(
            Some.Line(time: "2026-11-20T09:00:00Z"), Some.Line(time: "2026-11-20T09:01:00Z"));

        Assert.Equal(1, answer.Dropped["bad-time"]);
        Assert.Equal([Nanoseconds(now.Date.AddHours(9))], store.Column("plain", "time"));
        Assert.Equal([Nanoseconds(now.Date.AddHours(10))], store.Column("plain", "received"));
    }

    [Fact]
    public async Task A_time_is_stored_to_the_nanosecond_where_the_manifest_says_so()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write(
            "manifests/m.yaml", Some.Manifest.Replace("time: second", "time: nanosecond", StringComparison.Ordinal));
        var now = new DateTimeOffset(2026, 11, 20, 10, 51, 21, TimeSpan.Zero);
        await using var collector =
            await InProcessCollector.StartAsync(folder, _ => store, time: new FakeTimeProvider(now));

        await collector.SendAsync(
            Some.Line(time: "2026-11-20T09:00:00.123456789Z"), Some.Line(time: "2026-11-20T09:00:00.5Z"));

        var nine = Nanoseconds(now.Date.AddHours(9))[..^9];
        Assert.Equal([nine + "123456789", nine + "500000000"], store.Column("plain", "time"));
    }

    static string Nanoseconds(DateTime utc) =>
        UnixTime.Nanoseconds(new(utc, TimeSpan.Zero)).ToString(CultureInfo.InvariantCulture);
}
