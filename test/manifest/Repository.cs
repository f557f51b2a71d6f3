// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>Finds files of the repository.</summary>
static class Repository
{
    static readonly string Root = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tallymark.slnx")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new DirectoryNotFoundException("No Tallymark.slnx above " + AppContext.BaseDirectory);
    }
}
