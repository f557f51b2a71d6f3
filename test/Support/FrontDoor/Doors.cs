// SPDX-License-Identifier: MIT
// The ways in that a user has, and which of them a test took. The harness notes them, and ClaimAttribute looks.

using System.Collections.Concurrent;

namespace Tallymark.FrontDoor;

/// <summary>A way into the product that anybody outside has too.</summary>
enum Door
{
    /// <summary>A sample tool, or its bootstrap script, was run as a process.</summary>
    Tool,
    /// <summary>A running collector was sent a request.</summary>
    Collector,
    /// <summary>A file that was published was read.</summary>
    PublishedFile,
    /// <summary>A page was opened in a browser.</summary>
    Page,
}

/// <summary>Which doors each test went through. Safe for all threads.</summary>
static class Doors
{
    static readonly ConcurrentDictionary<string, ConcurrentQueue<Door>> Passed = new();

    /// <summary>The harness calls it when the test that runs here goes through a door; between tests it counts for nobody.</summary>
    public static void Pass(Door door)
    {
        if (TestContext.Current.Test is { } test)
            Passed.GetOrAdd(test.UniqueID, _ => new()).Enqueue(door);
    }

    /// <summary>The doors of a test that has ended; they are forgotten by it.</summary>
    public static IReadOnlyCollection<Door> TakeOf(string test) =>
        Passed.TryRemove(test, out var doors) ? doors : [];
}
