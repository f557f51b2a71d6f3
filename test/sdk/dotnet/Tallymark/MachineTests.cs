// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>
/// The field `machine`: which network card it is made from, what exactly is hashed, and that only a tool that declares
/// it gets one.
/// </summary>
public sealed class MachineTests
{
    const string Made = "3c:ec:ef:12:34:56";
    const string MadeToo = "a4:bf:01:00:00:01";
    const string Chosen = "02:fc:00:00:00:01";

    [Theory]
    [InlineData(Made, "eth0 3c:ec:ef:12:34:56 0 device", "wlan0 a4:bf:01:00:00:01 0 device")]
    [InlineData(Made, "eth0 a4:bf:01:00:00:01 0 device", "wlan0 3c:ec:ef:12:34:56 0 device")]
    [InlineData(MadeToo, "eth0 02:fc:00:00:00:01 0 device", "wlan0 a4:bf:01:00:00:01 0 device")]
    [InlineData(MadeToo, "eth0 a4:bf:01:00:00:01 0 device", "wlan0 02:fc:00:00:00:01 0 device")]
    [InlineData(Chosen, "eth0 02:fc:00:00:00:01 0 device")]
    [InlineData(null, "wlan0 3c:ec:ef:12:34:56 1 device")] // drawn at random
    [InlineData(null, "bond0 3c:ec:ef:12:34:56 2 device")] // another card's
    [InlineData(null, "br0 3c:ec:ef:12:34:56 0", "docker0 02:42:3f:2a:00:01 3", "veth1 9a:00:00:00:00:01 1")]
    [InlineData(null, "lo 00:00:00:00:00:00 0", "eth0 00:00:00:00:00:00 0 device")]
    [InlineData(null, "eth0 ff:ff:ff:ff:ff:ff 0 device", "eth1 01:00:5e:00:00:01 0 device")]
    [InlineData(null, "usb0 ac:de:48:00:11:22 0 device")]
    [InlineData(null, "ib0 80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1 0 device")]
    [InlineData(null, "eth0 3c:ec:ef:12:34:5 0 device", "eth1 3c-ec-ef-12-34-56 0 device", "eth2 nothing 0 device")]
    [InlineData(null)]
    public void The_card_is_one_with_a_device_and_an_address_of_its_own_the_maker_s_first_then_the_lowest(
        string? expected, params string[] cards)
    {
        using var home = new UserHome();
        var folder = Directory.CreateDirectory(Path.Combine(home.Path, "net")).FullName;
        foreach (var words in cards.Select(card => card.Split(' ')))
        {
            var card = Directory.CreateDirectory(Path.Combine(folder, words[0])).FullName;
            File.WriteAllText(Path.Combine(card, "address"), words[1] + "\n");
            File.WriteAllText(Path.Combine(card, "addr_assign_type"), words[2] + "\n");
            if (words is [.., "device"])
                Directory.CreateDirectory(Path.Combine(card, "device"));
        }

        Assert.Equal(expected, MachineAddress.FindIn(folder));
    }

    [Fact]
    public void A_machine_without_the_folder_has_no_address() => Assert.Null(MachineAddress.FindIn("/nowhere/net"));

    [Fact]
    public void The_SHA_256_of_tool_name_and_address_is_recorded_and_never_the_address()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
        using (new OwnEvent(client))
        {
        }

        var line = Assert.Single(home.Lines());
        using var json = JsonDocument.Parse(line);
        var recorded = json.RootElement.GetProperty("fields")
            .TryGetProperty("machine", out var value) ? value.GetString() : null;
        var address = MachineAddress.Find();
        Assert.Equal(address is null ? null : Digest("sample-tool", address), recorded);
        if (address is null)
            return;
        string[] forms = [address, address.Replace(":", "", StringComparison.Ordinal), address.Replace(':', '-')];
        foreach (var form in forms)
            Assert.DoesNotContain(form, line, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(recorded, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(address))));
    }

    [Fact]
    public void Two_homes_of_one_machine_have_one_machine_and_two_installations()
    {
        var lines = new JsonElement[2];
        for (var i = 0; i < lines.Length; i++)
        {
            using var home = new UserHome().Agreed();
            using (var client = home.Start())
            using (new OwnEvent(client))
            {
            }

            lines[i] = JsonDocument.Parse(Assert.Single(home.Lines())).RootElement.GetProperty("fields");
        }

        Assert.NotEqual(
            lines[0].GetProperty("installation").GetString(), lines[1].GetProperty("installation").GetString());
        Assert.Equal(Machine(lines[0]), Machine(lines[1]));
    }

    [Fact]
    public void A_tool_that_declares_no_machine_records_none()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var line = Assert.Single(home.Lines());
        if (MachineAddress.Find() is { } address)
            Assert.DoesNotContain(Digest("sample-tool", address), line, StringComparison.Ordinal);
        Assert.DoesNotContain("\"machine\"", line, StringComparison.Ordinal);
    }

    static string? Machine(JsonElement fields) =>
        fields.TryGetProperty("machine", out var value) ? value.GetString() : null;

    /// <summary>The value by spec/manifest.md and spec/spool.md, computed with the framework's SHA-256.</summary>
    static string Digest(string tool, string address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("digest-tool" + tool + "\n" + address)));

    sealed class OwnEvent(TelemetryClient client) : TelemetryEvent(client, Declared)
    {
        static readonly EventDefinition Declared = new("own",
            [new("installation", FieldKind.Installation), new("machine", FieldKind.Machine, ToolSalt: true)]);
    }
}
