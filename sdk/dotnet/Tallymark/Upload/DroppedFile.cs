// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Tallymark.Upload;

/// <summary>
/// The file <c>dropped</c>: how many events were dropped here, and how many of them were reported (spec/spool.md,
/// "Caps"). Only the one uploader that holds the lock writes it, each time as a whole.
/// </summary>
/// <param name="Events">The events that were ever dropped here.</param>
/// <param name="Name">The name that was counted last, so that it is not counted again.</param>
/// <param name="Reported">How many of them were reported.</param>
/// <param name="Report">The name of a report that is being written, of all unreported events; null: none.</param>
readonly record struct DroppedFile(long Events, string Name, long Reported = 0, string? Report = null)
{
    const int MaxFileBytes = 160;

    /// <summary>All zero if there is no file, or it is not valid.</summary>
    internal static DroppedFile Read(StateFolder state)
    {
        Span<byte> text = stackalloc byte[MaxFileBytes];
        var length = RawFile.ReadStart(state.In("dropped"), text);
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
