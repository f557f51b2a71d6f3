// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Counts values in buckets, as a histogram of Prometheus. Thread-safe. Cost: two interlocked operations for a value.
/// </summary>
/// <param name="name">The name, with its unit.</param>
/// <param name="help">The meaning of a value.</param>
/// <param name="bounds">The upper bounds of the buckets, ascending; one more is without a bound.</param>
sealed class Histogram(string name, string help, params double[] bounds)
{
    const double SumUnit = 1e-6;

    readonly long[] _counts = new long[bounds.Length + 1];
    long _sum; // in SumUnit

    /// <summary>Counts one value, not negative.</summary>
    public void Add(double value)
    {
        Interlocked.Increment(ref _counts[BucketOf(value)]);
        Interlocked.Add(ref _sum, (long)(value / SumUnit));
    }

    /// <summary>Adds values that are counted already.</summary>
    /// <param name="counts">For each bucket.</param>
    /// <param name="sum">The sum of all values.</param>
    public void Add(ReadOnlySpan<long> counts, double sum)
    {
        for (var i = 0; i < counts.Length; i++)
            Interlocked.Add(ref _counts[i], counts[i]);
        Interlocked.Add(ref _sum, (long)(sum / SumUnit));
    }

    /// <summary>Adds the lines of the text format.</summary>
    public void AppendTo(StringBuilder text)
    {
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"# HELP {name} {help}\n# TYPE {name} histogram\n");
        var count = 0L;
        for (var i = 0; i <= bounds.Length; i++)
        {
            count += Interlocked.Read(ref _counts[i]);
            var bound = i < bounds.Length ? bounds[i].ToString("0.######", culture) : "+Inf";
            text.Append(culture, $"{name}_bucket{{le=\"{bound}\"}} {count}\n");
        }

        text.Append(culture, $"{name}_sum {Interlocked.Read(ref _sum) * SumUnit:0.######}\n{name}_count {count}\n");
    }

    int BucketOf(double value)
    {
        for (var i = 0; i < bounds.Length; i++)
        {
            if (value <= bounds[i])
                return i;
        }

        return bounds.Length;
    }
}
