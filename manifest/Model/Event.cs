// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>A declared event: something that happens in the tool and is recorded.</summary>
public sealed record Event
{
    /// <summary>The event's name: <c>[a-z][a-z0-9_]*</c>, at most 40 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Why it is collected, one sentence.</summary>
    public required string Why { get; init; }

    /// <summary>
    /// True: the SDK records this event by itself after it dropped events because too many or too old ones waited to be
    /// sent. The event's only own field, a <c>count</c>, is the number of dropped events.
    /// </summary>
    public bool CountsDropped { get; init; }

    /// <summary>
    /// True: the interactions with the tool's web pages, which the relay records (<c>spec/page.md</c>). Its own fields
    /// are the four of <see cref="PageFields"/>.
    /// </summary>
    public bool FromPage { get; init; }

    /// <summary>The names of its groups, in the file's order.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>
    /// The event's fields without the common ones: those of its groups, then its own, in the file's order.
    /// </summary>
    public required IReadOnlyList<Field> Fields { get; init; }
}
