// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>
/// An organisation's policy file at its real path, visible to one process and its children through a separate mount
/// namespace.
/// </summary>
static class MachinePolicy
{
    // The machine's own folder does not change: only this process sees the mount, and it ends with the process.
    const string Mount =
        "mount -t tmpfs tmpfs /mnt && cp -a /etc /mnt && mkdir -p /mnt/etc/tallymark && cp \"$0\" /mnt/etc/tallymark/policy"
        + " && mount --bind /mnt/etc /etc && exec \"$@\"";

    /// <summary>Runs a command in this home with this policy on the machine.</summary>
    public static Task<ProcessResult> Run(ToolHome home, string policy, params IEnumerable<string> command)
    {
        var file = Path.Combine(home.Folder, "machine-policy");
        File.WriteAllText(file, policy);
        return Product.Run(
            "unshare", ["-m", "sh", "-c", Mount, file, .. command], home.Environment,
            TestContext.Current.CancellationToken, home.WorkingFolder);
    }

    /// <summary>Skips the test where this user may not mount.</summary>
    public static async Task SkipUnlessAble()
    {
        var able = OperatingSystem.IsLinux() && (await Product.Run(
            "unshare", ["-m", "true"], new Dictionary<string, string>(StringComparer.Ordinal),
            TestContext.Current.CancellationToken)).ExitCode == 0;
        Assert.SkipUnless(able, "mounting in a separate namespace needs root");
    }
}
