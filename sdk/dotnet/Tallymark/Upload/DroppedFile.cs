// SPDX-License-Identifier: MIT
// The file that says how many events were dropped here, and how many of them a report has told (spec/spool.md, "Caps").

using System.Globalization;
using System.Text;

namespace Tallymark.Upload;

/// <summary>What the file says. Only the one uploader under the lock writes it, each time as a whole.</summary>
/// <param name="Events">Events that were ever dropped here.</param>
/// <param name="Name">What was counted last, so that it is not counted again.</param>
/// <param name="Reported">How many of them a report has told.</param>
/// <param name="Report">The name of a report that is being written, of all that are not told yet; null: none is.</param>
readonly record struct DroppedFile(long Events, string Name, long Reported = 0, string? Report = null)
{
    const int Longest = 160;

    /// <summary>All zero where there is none, or none that makes sense.</summary>
    internal static DroppedFile Read(StateFolder state)
    {
        Span<byte> text = stackalloc byte[Longest];
        var length = SmallFile.ReadStart(state.In("dropped"), text);
        var parts = length < 0 ? [] : Encoding.ASCII.GetString(text[..length]).TrimEnd('\n').Split(' ');
        var reported = 0L;
        return parts.Length is >= 2 and <= 4 && TryNumber(parts[0], out var events)
            && (parts.Length == 2 || TryNumber(parts[2], out reported))
            ? new DroppedFile(events, parts[1], reported, parts.Length == 4 ? parts[3] : null)
            : new DroppedFile(0, "");
    }

    internal void Write(StateFolder state)
    {
        var text = Number(Events) + " " + Name + " " + Number(Reported) + (Report is null ? "\n" : " " + Report + "\n");
        StateFolder.Replace(state.In("dropped"), Encoding.ASCII.GetBytes(text));
    }

    static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
