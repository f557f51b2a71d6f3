// SPDX-License-Identifier: MIT
// The closed set of refusals (spec/wire.md), each with its status and its name on the wire.

namespace Tallymark.Collector.Http;

/// <summary>A kind of refusal. Immutable.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Name">The end of its <c>type</c>.</param>
/// <param name="Title">What it means.</param>
sealed record Problem(int Status, string Name, string Title)
{
    /// <summary>Not of the form that this address takes.</summary>
    public static readonly Problem Malformed = new(400, "malformed", "Not of the form that this address takes");

    /// <summary>A query that is refused, or failed.</summary>
    public static readonly Problem Query = new(400, "query", "The query is not answered");

    /// <summary>No token, or one that was not made here.</summary>
    public static readonly Problem Unauthorized = new(401, "unauthorized", "An access token is needed");

    /// <summary>A token of another role than this address asks for.</summary>
    public static readonly Problem Forbidden = new(403, "forbidden", "The token is for something else");

    /// <summary>Nothing at this address.</summary>
    public static readonly Problem NotFound = new(404, "not-found", "Nothing is here");

    /// <summary>No manifest of this tool was accepted here.</summary>
    public static readonly Problem UnknownTool = new(404, "unknown-tool", "No manifest of this tool was accepted here");

    /// <summary>Another method than this address has.</summary>
    public static readonly Problem Method = new(405, "method", "This address has another method");

    /// <summary>The body did not come in time.</summary>
    public static readonly Problem Timeout = new(408, "timeout", "The body did not come in time");

    /// <summary>More bytes, events or proofs than a request may have.</summary>
    public static readonly Problem TooLarge = new(413, "too-large", "More than a request may have; send it in parts");

    /// <summary>Another content type or encoding than this address takes.</summary>
    public static readonly Problem ContentType =
        new(415, "content-type", "Not the content type or encoding that this address takes");

    /// <summary>More requests than a network may make.</summary>
    public static readonly Problem TooMany = new(429, "too-many", "More requests than a network may make");

    /// <summary>A bug in the collector.</summary>
    public static readonly Problem Internal = new(500, "internal", "The collector made a mistake");

    /// <summary>Full, or its store is out of order.</summary>
    public static readonly Problem Busy = new(503, "busy", "Not now");

    /// <summary>A manifest version that was not accepted here yet.</summary>
    public static readonly Problem UnknownManifest =
        new(503, "unknown-manifest", "This version of the manifest is not here yet");

    /// <summary>The collector is stopping.</summary>
    public static readonly Problem Stopping = new(503, "stopping", "The collector is stopping");
}

/// <summary>One refusal.</summary>
/// <param name="Problem">Its kind.</param>
/// <param name="Detail">
/// What exactly, in the collector's own words: never anything that the client sent; null: nothing to add.
/// </param>
/// <param name="RetryAfter">When to come back; null: it says nothing about that.</param>
sealed record Refusal(Problem Problem, string? Detail = null, TimeSpan? RetryAfter = null);
