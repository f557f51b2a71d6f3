// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// The counts of one tool's events by their outcome, from the replies or from <c>/metrics</c>. Not thread-safe.
/// </summary>
sealed partial class Tally
{
    public long Received { get; set; }

    public long Stored { get; set; }

    public long Refused { get; set; }

    public long Pending { get; set; }

    public SortedDictionary<string, long> Dropped { get; } = new(StringComparer.Ordinal);

    public long AllDropped => Dropped.Values.Sum();

    public bool AddsUp => Received == Stored + AllDropped + Refused + Pending;

    public void Drop(string reason, long count) => Dropped[reason] = Dropped.GetValueOrDefault(reason) + count;

    public override string ToString() =>
        $"received {Received} stored {Stored} refused {Refused} pending {Pending} dropped " +
        $"{string.Join(' ', Dropped.Where(d => d.Value > 0).Select(d => $"{d.Key}:{d.Value}"))}";

    /// <summary>The counters of each tool in the text of <c>/metrics</c>.</summary>
    public static Dictionary<string, Tally> Read(string metrics)
    {
        const string Prefix = "tallymark_events_";
        var tools = new Dictionary<string, Tally>(StringComparer.Ordinal);
        foreach (var line in metrics.Split('\n').Where(l => l.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            // Others, such as the histogram of lateness, are no outcomes.
            if (!Outcome().IsMatch(line))
                continue;
            var quoted = line.Split('"');
            var value = long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            if (!tools.TryGetValue(quoted[1], out var tally))
                tools.Add(quoted[1], tally = new Tally());
            switch (line[Prefix.Length..line.IndexOf('{', StringComparison.Ordinal)])
            {
                case "received_total": tally.Received = value; break;
                case "stored_total": tally.Stored = value; break;
                case "refused_total": tally.Refused = value; break;
                case "pending": tally.Pending = value; break;
                case "dropped_total": tally.Drop(quoted[3], value); break;
                default: break;
            }
        }

        return tools;
    }

    [GeneratedRegex(
        "^tallymark_events_(received_total|stored_total|refused_total|pending|dropped_total){",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Outcome();
}
