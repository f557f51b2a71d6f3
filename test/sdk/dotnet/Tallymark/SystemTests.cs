// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>The values recorded about the system: only those in the tables.</summary>
public sealed class SystemTests
{
    [Theory]
    [InlineData("ID=debian\nVERSION_ID=\"12\"\n", "debian.12")]
    [InlineData("NAME=\"Ubuntu\"\nVERSION_ID='24.04'\nID=ubuntu\n", "ubuntu.24.04")]
    [InlineData("ID=arch\n", "arch")]
    [InlineData("ID=\"openEuler\"\nVERSION_ID=\"24.03\"\n", "openeuler.24.03")]
    [InlineData("ID=acme-internal\nVERSION_ID=7\n", "other")]
    [InlineData("ID=debian\nVERSION_ID=\"12-acme\"\n", "debian")]
    [InlineData("ID=debian\nVERSION_ID=\".12\"\n", "debian")]
    [InlineData("ID=debian\nVERSION_ID=12345678901234567\n", "debian")]
    [InlineData("ID_LIKE=debian\n", "other")]
    [InlineData("", "other")]
    public void A_distribution_is_one_of_the_list_and_its_version_is_digits_and_dots(string text, string expected)
    {
        using var home = new UserHome();
        var path = Path.Combine(home.Path, "os-release");
        File.WriteAllText(path, text);
        Assert.Equal(expected, DistributionTable.Version(path));
    }

    [Fact]
    public void Without_os_release_the_version_is_other() =>
        Assert.Equal("other", DistributionTable.Version("/nowhere/os-release"));

    [Theory]
    [InlineData("CLAUDECODE", "1", "agent")]
    [InlineData("CLAUDECODE", "", null)]
    [InlineData("CI", "true", "ci")]
    [InlineData("CI", "false", null)]
    [InlineData("KUBERNETES_SERVICE_HOST", "10.0.0.1", "container")]
    public void Variables_show_the_circumstances(string name, string value, string? expected)
    {
        using var home = new UserHome();
        var before = Circumstances(home);
        home[name] = value;
        var after = Circumstances(home);
        if (expected is null)
            Assert.Equal(before, after);
        else
            Assert.Contains(expected, after);
    }

    [Fact]
    public void Interactive_is_where_input_and_errors_are_terminals()
    {
        using var home = new UserHome();
        home.Terminals.Add(0);
        Assert.DoesNotContain("interactive", Circumstances(home));
        home.Terminals.Add(2);
        Assert.Contains("interactive", Circumstances(home));
    }

    [Fact]
    public void The_circumstances_are_sorted()
    {
        using var home = new UserHome();
        home.Terminals.UnionWith([0, 2]);
        foreach (var name in (string[])["CI", "CLAUDECODE", "KUBERNETES_SERVICE_HOST"])
            home[name] = "1";
        Assert.Equal(["agent", "ci", "container", "interactive"], Circumstances(home));
    }

    [Fact]
    public void The_own_fields_have_values_of_their_lists()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var fields = JsonDocument.Parse(home.Lines()[0]).RootElement.GetProperty("fields");
        Assert.Equal("1.4.2-rc.1", fields.GetProperty("version").GetString());
        Assert.Contains(fields.GetProperty("os").GetString(), (string[])["linux", "windows", "macos", "freebsd"]);
        Assert.Contains(fields.GetProperty("arch").GetString(), (string[])["x64", "x86", "arm64", "arm"]);
        Assert.Equal("dotnet", fields.GetProperty("runtime").GetString());
        Assert.Equal(Environment.Version.ToString(), fields.GetProperty("runtime_version").GetString());
        Assert.Matches(
            "^(win|osx|linux|linux-musl|freebsd)-(x64|x86|arm64|arm)$", fields.GetProperty("runtime_id").GetString());
        Assert.Matches(
            "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
            fields.GetProperty("session").GetString());
        Assert.False(fields.TryGetProperty("country", out _));
    }

    static string[] Circumstances(UserHome home)
    {
        var line = new LineBuffer(256);
        EnvironmentTable.Add(line, home.Tool, home.SdkEnvironment);
        return JsonSerializer.Deserialize<string[]>(Encoding.ASCII.GetString(line.Written))!;
    }
}
