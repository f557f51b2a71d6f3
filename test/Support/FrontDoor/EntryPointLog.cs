// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Tallymark.FrontDoor;

/// <summary>A way to use the product that is available to anyone outside.</summary>
enum EntryPoint
{
    /// <summary>A sample tool, or its bootstrap script, was run as a process.</summary>
    Tool,
    /// <summary>A request was sent to a running collector.</summary>
    Collector,
    /// <summary>A published file was read.</summary>
    PublishedFile,
    /// <summary>A page was opened in a browser.</summary>
    Page,
}

/// <summary>
/// Records the entry points that each test used; <see cref="ClaimAttribute"/> reads them. Thread-safe.
/// </summary>
static class EntryPointLog
{
    static readonly ConcurrentDictionary<string, ConcurrentQueue<(EntryPoint, SampleTool?)>> Recorded = new();

    /// <summary>Records an entry point for the running test. Between tests the call has no effect.</summary>
    /// <param name="entryPoint">The entry point that the test used.</param>
    /// <param name="sample">The sample tool that it ran; null for another entry point.</param>
    public static void Record(EntryPoint entryPoint, SampleTool? sample = null)
    {
        if (TestContext.Current.Test is { } test)
            Recorded.GetOrAdd(test.UniqueID, _ => new()).Enqueue((entryPoint, sample));
    }

    /// <summary>Removes and returns the entry points of a test that has ended.</summary>
    public static IReadOnlyCollection<(EntryPoint EntryPoint, SampleTool? Sample)> Remove(string test) =>
        Recorded.TryRemove(test, out var used) ? used : [];
}
