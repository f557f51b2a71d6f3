// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

/// <summary>The .NET CLI document as data: test/documents/dotnet-cli.json.</summary>
static class DotnetDocument
{
    /// <summary>The whole document.</summary>
    public static JsonElement Root { get; } = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Product.Root, "test/documents/dotnet-cli.json"))).RootElement;

    /// <summary>The texts of a list, by the path of keys that leads to it.</summary>
    public static string[] Texts(params string[] path) =>
        [.. path.Aggregate(Root, (at, key) => at.GetProperty(key)).EnumerateArray().Select(item => item.GetString()!)];
}
