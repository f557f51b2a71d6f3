// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>The tables of environments, each of their rules, and containers that no variable indicates.</summary>
public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("CLAUDECODE", "1", true)]
    [InlineData("CLAUDECODE", "0", false)]
    [InlineData("CLAUDECODE", "", false)]
    [InlineData("AI_AGENT", "some_agent", true)]
    [InlineData("OR_APP_NAME", "aider", true)]
    [InlineData("OR_APP_NAME", "something", false)]
    [InlineData("CURSOR_EXTENSION_HOST_ROLE", "agent-exec", true)]
    [InlineData("CURSOR_EXTENSION_HOST_ROLE", "user", false)]
    [InlineData("ZED_TERM", "true", false)]
    public void A_coding_agent_is_detected_by_a_variable(string name, string value, bool found)
    {
        using var home = new UserHome();
        home[name] = value;
        Assert.Equal(found ? name : null, AgentTable.Find(home.SdkEnvironment));
    }

    [Theory]
    [InlineData("JENKINS_URL", "", true)]
    [InlineData("RUNBOT_WORKER_ID", "", true)]
    [InlineData("CODEBUILD_BUILD_ARN", "arn", true)]
    [InlineData("BUILD_NUMBER", "7", false)]
    [InlineData("CI", "false", false)]
    public void An_automated_build_is_detected_by_a_variable(string name, string value, bool found)
    {
        using var home = new UserHome();
        home[name] = value;
        Assert.Equal(found ? name : null, CiTable.Find(home.SdkEnvironment));
    }

    [Theory]
    [InlineData("12:pids:/docker/3f2a\n", true)]
    [InlineData("0::/kubepods.slice/kubepods-besteffort.slice\n", true)]
    [InlineData("0::/machine.slice/libpod-3f2a.scope\n", true)]
    [InlineData("0::/\n", false)]
    [InlineData("0::/init.scope\n", false)]
    public void The_first_processs_control_group_may_name_a_container(string text, bool found) =>
        Assert.Equal(found, ContainerTable.IsGroup(text));

    [Theory]
    [InlineData("700 600 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/x\n", true)]
    [InlineData(
        "700 600 0:50 / / rw - overlay overlay rw,lowerdir=/home/a/.local/share/containers/storage/overlay/l/A\n",
        true)]
    [InlineData("700 600 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/1\n", true)]
    [InlineData(
        "1 0 8:1 / / rw - btrfs x rw\n2 1 8:1 /var/lib/docker/containers/3f/hostname /etc/hostname rw - ext4 x rw\n",
        true)]
    [InlineData("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n", false)]
    [InlineData(
        "1 0 8:1 / / rw - ext4 x rw\n2 1 0:50 / /var/lib/docker/overlay2/A/merged rw - overlay overlay rw\n", false)]
    public void With_version_two_of_the_control_groups_the_root_mount_shows_a_container(string text, bool found) =>
        Assert.Equal(found, ContainerTable.IsMount(text));

    [Fact]
    public void A_container_shows_by_a_variable_too()
    {
        using var home = new UserHome();
        home["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        Assert.True(ContainerTable.Find(home.SdkEnvironment));
    }

    [Theory]
    [InlineData("1.4.2", null, false)]
    [InlineData("1.4.2-dev", null, true)]
    [InlineData("1.4.2-dev.3", null, true)]
    [InlineData("1.4.2-dev+7e1c9", null, true)]
    [InlineData("1.4.2-device", null, false)]
    [InlineData("1.4.2-rc.dev", null, false)]
    [InlineData("1.4.2", "1", true)]
    [InlineData("1.4.2", "no", false)]
    [InlineData("1.4.2", "", false)]
    public void A_development_build_is_detected_by_its_version_or_a_variable(string version, string? value, bool found)
    {
        using var home = new UserHome();
        home["TALLYMARK_DEV"] = value;
        Assert.Equal(found, DevTable.Find(Some.Copy(SampleTelemetry.Tool, version: version), home.SdkEnvironment));
    }

    [Fact]
    public void A_build_that_was_made_for_development_says_so_in_each_event_and_is_recorded()
    {
        var tool = Some.Copy(SampleTelemetry.Tool, version: "1.4.2", development: true);
        using var home = new UserHome { Tool = tool }.Agreed();
        home.Record(_ => { });
        Assert.Matches("\"environment\":\\[[^]]*\"dev\"", Assert.Single(home.Lines()));
    }
}
