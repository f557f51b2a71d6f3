// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>How late the events of a batch came, in buckets.</summary>
/// <param name="Counts">Events by bucket of <see cref="Bounds"/>, and those beyond.</param>
/// <param name="Seconds">The sum over all events.</param>
sealed record Lateness(long[] Counts, double Seconds)
{
    const double NanosecondsPerSecond = 1e9;
    const double Hour = 3600, Day = 24 * Hour;

    /// <summary>The upper bounds of the buckets, in seconds.</summary>
    public static double[] Bounds { get; } =
        [Hour, 6 * Hour, Day, 2 * Day, 7 * Day, 14 * Day, 30 * Day, 60 * Day];

    /// <summary>Events that a clock ahead of the collector's dates in the future are not late.</summary>
    public static Lateness Of(StoredBatch batch)
    {
        var counts = new long[Bounds.Length + 1];
        var sum = 0.0;
        foreach (var rows in batch.Rows)
        {
            var times = rows[Envelope.Time].Numbers;
            for (var row = 0; row < rows.Count; row++)
            {
                var seconds = Math.Max(0, (batch.Received - times[row]) / NanosecondsPerSecond);
                var bucket = 0;
                while (bucket < Bounds.Length && seconds > Bounds[bucket])
                    bucket++;
                counts[bucket]++;
                sum += seconds;
            }
        }

        return new Lateness(counts, sum);
    }
}
