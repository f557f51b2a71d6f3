// SPDX-License-Identifier: MIT

using System.Reflection;
using PublicApiGenerator;

namespace Tallymark.PublicApi.Tests;

/// <summary>The approved public API of one assembly, <c>Approved/ASSEMBLY.txt</c>.</summary>
sealed class ApiFile(Assembly assembly)
{
    /// <summary>If this environment variable is 1, the tests write the files instead of comparing them.</summary>
    public const string AcceptVariable = "TALLYMARK_ACCEPT_API";

    public static string Folder => Repository.PathOf("test/PublicApi/Approved");

    public string Path => System.IO.Path.Combine(Folder, assembly.GetName().Name + ".txt");

    /// <summary>The approved API; empty if there is no file yet.</summary>
    public string Approved => File.Exists(Path) ? File.ReadAllText(Path) : "";

    /// <summary>
    /// The API of the assembly: LF, without assembly attributes, which contain versions and the names of friends.
    /// </summary>
    public string Current { get; } = assembly.GeneratePublicApi(new ApiGeneratorOptions
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [],
    }).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n') + "\n";

    public void Accept()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path, Current);
    }
}
