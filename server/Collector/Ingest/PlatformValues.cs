// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>The closed lists behind the platform types (spec/manifest.md).</summary>
static class PlatformValues
{
    public static IReadOnlyList<string> Families { get; } = ["windows", "macos", "linux", "freebsd", "other"];

    public static IReadOnlyList<string> Architectures { get; } = ["x64", "x86", "arm64", "arm", "other"];

    public static IReadOnlyList<string> Environments { get; } = ["agent", "ci", "container", "dev", "interactive"];

    public static IReadOnlyList<string> Runtimes { get; } = ["dotnet", "browser", "node", "python", "other"];

    /// <summary>Labels of the .NET runtime's pre-releases.</summary>
    public static IReadOnlyList<string> RuntimeLabels { get; } = ["alpha", "beta", "preview", "rc"];

    public static IReadOnlyList<string> RuntimeIds { get; } =
    [
        "other",
        .. from system in new[] { "win", "osx", "linux", "linux-musl", "linux-bionic", "freebsd" }
           from architecture in Architectures
           where architecture is not "other"
           select $"{system}-{architecture}",
    ];

    /// <summary>The values of <c>ID</c> in <c>os-release</c> that are told apart.</summary>
    public static Utf8Names Distributions { get; } = new(
    [
        "almalinux", "alpine", "amzn", "arch", "azurelinux", "cachyos", "centos", "clear-linux-os", "debian",
        "deepin", "devuan", "elementary", "endeavouros", "fedora", "flatcar", "garuda", "gentoo", "kali", "linuxmint",
        "mageia", "manjaro", "mariner", "neon", "nixos", "ol", "openeuler", "opensuse-leap", "opensuse-tumbleweed",
        "photon", "pop", "raspbian", "rhel", "rocky", "slackware", "sled", "sles", "solus", "steamos", "ubuntu",
        "uos", "void", "wolfi", "zorin",
    ]);
}
