// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

/// <summary>The ML.NET CLI document as data: test/documents/ml-net-cli.json.</summary>
static class MlnetDocument
{
    /// <summary>The whole document.</summary>
    public static JsonElement Root { get; } = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Product.Root, "test/documents/ml-net-cli.json"))).RootElement;

    /// <summary>The texts of a list, by the path of keys that leads to it.</summary>
    public static string[] Texts(params string[] path) =>
        TextsOf(path.Aggregate(Root, (at, key) => at.GetProperty(key)));

    /// <summary>One of the document's data points.</summary>
    public static JsonElement DataPoint(string element) => Root.GetProperty("data_points").EnumerateArray()
        .Single(point => point.GetProperty("element").GetString() == element);

    /// <summary>The values that the document names for a data point.</summary>
    public static string[] ValuesOf(string element) => TextsOf(DataPoint(element).GetProperty("values"));

    static string[] TextsOf(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];
}
