// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>
/// A machine whose only physical network card has a known address, visible to one process and its children through a
/// separate mount namespace.
/// </summary>
static class NetworkCard
{
    // The machine's own folder does not change: only this process sees the mount, and it ends with the process.
    const string Mount = "mount --bind \"$0\" /sys/class/net && exec \"$@\"";

    /// <summary>Runs the tool of this home on a machine with that card.</summary>
    public static Task<ProcessResult> Run(ToolHome home, string address, params IEnumerable<string> arguments)
    {
        var cards = Path.Combine(home.Folder, "cards");
        var card = Directory.CreateDirectory(Path.Combine(cards, "eth0", "device")).Parent!.FullName;
        File.WriteAllText(Path.Combine(card, "address"), address + "\n");
        File.WriteAllText(Path.Combine(card, "addr_assign_type"), "0\n");
        return Product.Run(
            "unshare", ["-m", "sh", "-c", Mount, cards, home.Tool, .. arguments], home.Environment,
            TestContext.Current.CancellationToken, home.WorkingFolder);
    }
}
