// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Http;

/// <summary>A kind of refusal, of a closed set (spec/wire.md). Immutable.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Name">The end of its <c>type</c>.</param>
/// <param name="Title">A sentence for people.</param>
sealed record Problem(int Status, string Name, string Title)
{
    /// <summary>The request is malformed.</summary>
    public static readonly Problem Malformed =
        new(400, "malformed", "The request is malformed");

    /// <summary>A query that was refused or failed.</summary>
    public static readonly Problem Query = new(400, "query", "The query was refused or failed");

    /// <summary>No token, or a token that this collector did not make.</summary>
    public static readonly Problem Unauthorized = new(401, "unauthorized", "The access token is missing or invalid");

    /// <summary>A token of another role than this address requires.</summary>
    public static readonly Problem Forbidden = new(403, "forbidden", "The token's role does not allow this");

    /// <summary>There is no such URL.</summary>
    public static readonly Problem NotFound = new(404, "not-found", "Not found");

    /// <summary>The collector has no manifest of this tool.</summary>
    public static readonly Problem UnknownTool =
        new(404, "unknown-tool", "The collector has no manifest of this tool");

    /// <summary>This URL does not accept the method.</summary>
    public static readonly Problem Method = new(405, "method", "This URL does not accept the method");

    /// <summary>The body did not arrive in time.</summary>
    public static readonly Problem Timeout = new(408, "timeout", "The body did not arrive in time");

    /// <summary>More bytes, events or proofs than a request may have.</summary>
    public static readonly Problem TooLarge = new(413, "too-large", "The request is too large; send it in parts");

    /// <summary>This URL does not accept the content type or encoding.</summary>
    public static readonly Problem ContentType =
        new(415, "content-type", "This URL does not accept the content type or encoding");

    /// <summary>More requests than a network may make.</summary>
    public static readonly Problem TooMany = new(429, "too-many", "Too many requests from this network");

    /// <summary>A bug in the collector.</summary>
    public static readonly Problem Internal = new(500, "internal", "Internal error of the collector");

    /// <summary>The collector has no room, or its store does not work.</summary>
    public static readonly Problem Busy = new(503, "busy", "The collector can't take this now; try again later");

    /// <summary>The collector does not have this version of the manifest yet.</summary>
    public static readonly Problem UnknownManifest =
        new(503, "unknown-manifest", "The collector does not have this version of the manifest yet");

    /// <summary>The collector's clock can't be right.</summary>
    public static readonly Problem Clock = new(503, "clock", "The collector's clock can't be right; try again later");

    /// <summary>The collector is stopping.</summary>
    public static readonly Problem Stopping = new(503, "stopping", "The collector is stopping");
}

/// <summary>One refusal.</summary>
/// <param name="Problem">Its kind.</param>
/// <param name="Detail">
/// The exact reason in the collector's own words, never anything that the client sent; null: nothing to add.
/// </param>
/// <param name="RetryAfter">When the client may try again; null: the reply does not say.</param>
sealed record Refusal(Problem Problem, string? Detail = null, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// The batch that was read and is refused as a whole: only then does a client give it up. Null: the refusal is
    /// about the address, the request or the collector.
    /// </summary>
    public Guid? Batch { get; init; }
}
