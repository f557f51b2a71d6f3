// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.FrontDoor;

/// <summary>The events that commands of a user sent, and the names that were found in the state folder and on the
/// wire.</summary>
/// <param name="Lines">How many events were sent.</param>
/// <param name="Wire">Everything that was sent, each byte as one character.</param>
/// <param name="Found">Where the search found a name.</param>
sealed record LeakRun(int Lines, string Wire, IReadOnlyList<string> Found)
{
    /// <summary>Uploads what a user's commands recorded, and searches it before and after, and on the wire.</summary>
    /// <param name="names">The names to search for.</param>
    /// <param name="home">The user, whose endpoint is the relay.</param>
    /// <param name="relay">Closed at the end.</param>
    public static async Task<LeakRun> End(LeakSearch names, ToolHome home, RecordingRelay relay)
    {
        var spooled = names.FindBelow(home.State).ToList();
        await home.Upload();
        var sent = await relay.Close();
        return new LeakRun(
            home.Lines("sent").Count, string.Concat(sent.Select(Encoding.Latin1.GetString)),
            [.. spooled, .. names.FindBelow(home.State), .. sent.SelectMany(bytes => names.FindIn("wire", bytes))]);
    }

    /// <summary>
    /// Asserts that the search found an ordered leak, VALUE-ENCODING-CHANNEL: on the wire, and in a spool file only if
    /// it went that way.
    /// </summary>
    public void AssertFound(string leak)
    {
        Assert.True(Found.Any(where => where.StartsWith("wire", StringComparison.Ordinal)),
            $"{leak} was not seen on the wire");
        Assert.True(
            Found.Any(where => where.Contains(".ndjson", StringComparison.Ordinal))
                == leak.EndsWith("-spool", StringComparison.Ordinal),
            $"{leak}: {string.Join('\n', Found)}");
    }
}
