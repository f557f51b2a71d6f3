// SPDX-License-Identifier: MIT
// The policy file of an organisation, at its real place, for one process and those that it starts: in a mount namespace of its own.

namespace Tallymark.FrontDoor;

static class MachinePolicy
{
    // The machine's own folder stays as it is: what is mounted here nobody else sees, and it goes with the process.
    const string Mount =
        "mount -t tmpfs tmpfs /mnt && cp -a /etc /mnt && mkdir -p /mnt/etc/tallymark && cp \"$0\" /mnt/etc/tallymark/policy"
        + " && mount --bind /mnt/etc /etc && exec \"$@\"";

    /// <summary>Runs a command in this home on a machine with this policy.</summary>
    public static Task<Ended> Run(Home home, string policy, params IEnumerable<string> command)
    {
        var file = Path.Combine(home.Folder, "machine-policy");
        File.WriteAllText(file, policy);
        return Product.Run(
            "unshare", ["-m", "sh", "-c", Mount, file, .. command], home.Environment, TestContext.Current.CancellationToken, home.WorkingFolder);
    }

    /// <summary>Skips the test where this user may not mount.</summary>
    public static async Task SkipUnlessAble()
    {
        var able = OperatingSystem.IsLinux() && (await Product.Run(
            "unshare", ["-m", "true"], new Dictionary<string, string>(StringComparer.Ordinal), TestContext.Current.CancellationToken)).ExitCode == 0;
        Assert.SkipUnless(able, "mounts in a namespace of its own need root");
    }
}
