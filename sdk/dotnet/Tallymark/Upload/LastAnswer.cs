// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Tallymark.Upload;

/// <summary>
/// Why the last occasion could not send, and since when it has been so: the file <c>answer</c> (spec/spool.md), which
/// <c>telemetry why</c> shows. Removed when everything was sent.
/// </summary>
/// <param name="Since">When the first of the failed occasions ended. UTC.</param>
/// <param name="Text">The last answer.</param>
readonly record struct LastAnswer(DateTime Since, string Text)
{
    const string Format = "yyyy-MM-ddTHH:mm:ssZ";
    const int TimeLength = 20;
    const int MaxLength = 300; // of the text
    const int MaxBytes = 1024;

    /// <summary>Reads the file; null: the last occasion sent everything, or there was none.</summary>
    internal static LastAnswer? Read(StateFolder state)
    {
        try
        {
            Span<byte> bytes = stackalloc byte[MaxBytes];
            var length = RawFile.ReadStart(PathOf(state), bytes);
            if (length <= TimeLength + 1)
                return null;
            var text = Encoding.UTF8.GetString(bytes[..length]);
            return text.Length > TimeLength + 1 && DateTime.TryParseExact(
                text.AsSpan(0, TimeLength), Format, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since)
                ? new LastAnswer(since, text[(TimeLength + 1)..].TrimEnd('\n'))
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>An occasion ended.</summary>
    /// <param name="state">The folder.</param>
    /// <param name="problem">Why it could not send everything; null: it could.</param>
    /// <param name="now">UTC.</param>
    internal static void Write(StateFolder state, string? problem, DateTime now)
    {
        if (problem is null)
        {
            File.Delete(PathOf(state));
            return;
        }

        var since = Read(state)?.Since ?? now;
        var line = new StringBuilder(since.ToString(Format, CultureInfo.InvariantCulture)).Append(' ');
        foreach (var c in problem.AsSpan(0, Math.Min(problem.Length, MaxLength)))
            line.Append(char.IsControl(c) ? ' ' : c);
        StateFolder.Replace(PathOf(state), Encoding.UTF8.GetBytes(line.Append('\n').ToString()));
    }

    static string PathOf(StateFolder state) => state.In("answer");
}
