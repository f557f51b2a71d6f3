// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>The built files of the package, and the accessibility checker.</summary>
static class SdkFiles
{
    static readonly Dictionary<string, string> Metadata = typeof(SdkFiles).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);

    /// <summary>The folder with <c>tally.js</c> and <c>elements.js</c>.</summary>
    public static string Folder => Metadata["BrowserSdk"];

    public static string Axe => File.ReadAllText(Metadata["Axe"]);
}
