// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>One request to the relay, as it came over the socket.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">The path below the page's folder: <c>/tallymark/events</c>.</param>
/// <param name="Body">The body as text.</param>
/// <param name="Headers">All headers, one per line.</param>
sealed record Received(string Method, string Path, string Body, string Headers)
{
    public bool IsEvents => Path.EndsWith("/events", StringComparison.Ordinal);
    public bool IsSeen => Path.EndsWith("/seen", StringComparison.Ordinal);

    /// <summary>The records of a request to <c>events</c>.</summary>
    public IReadOnlyList<PageRecord> Records => IsEvents ? PageRecord.AllOf(Body) : [];
}

/// <summary>One record of a page.</summary>
sealed record PageRecord(string Id, string Component, string Event, string Type, string View, string Time)
{
    /// <summary>The records of a body. Any other member than those of the contract is an error.</summary>
    public static IReadOnlyList<PageRecord> AllOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.GetProperty("records").EnumerateArray().Select(Of)];
    }

    static PageRecord Of(JsonElement record)
    {
        Assert.Equal(
            ["id", "component", "event", "type", "view", "time"],
            record.EnumerateObject().Select(member => member.Name), StringComparer.Ordinal);
        string Text(string name) => record.GetProperty(name).GetString()!;
        return new PageRecord(
            Text("id"), Text("component"), Text("event"), Text("type"), Text("view"),
            record.GetProperty("time").GetRawText()); // the digits as they were sent
    }
}
