// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// Gives installations and networks numbers that are valid within one query, so that no reader can combine two answers
/// by a rollup's permanent codes or by the stored buckets. One thread at a time.
/// </summary>
/// <param name="renumberCodes">False: the codes of installations are those of this query already.</param>
sealed class QueryNumbers(bool renumberCodes)
{
    readonly Dictionary<int, int> _codes = [];
    readonly Dictionary<long, uint> _networks = [];
    readonly Dictionary<int, int> _blocks = new() { [0] = 0 };

    /// <summary>Replaces both in place; afterwards the installations ascend, each with its network.</summary>
    public void Renumber(int[] installations, long[] networks)
    {
        for (var i = 0; i < networks.Length; i++)
        {
            if (networks[i] > 0)
                networks[i] = NumberOf(networks[i]);
        }

        if (!renumberCodes)
            return;
        for (var i = 0; i < installations.Length; i++)
            installations[i] = NumberOf(_codes, installations[i]);
        Array.Sort(installations, networks);
    }

    long NumberOf(long bucket)
    {
        if (!_networks.TryGetValue(bucket, out var network))
            _networks.Add(bucket, network = (uint)_networks.Count + 1);
        return Networks.Bucket(NumberOf(_blocks, Networks.BlockOf(bucket)), network);
    }

    static int NumberOf(Dictionary<int, int> numbers, int code)
    {
        if (!numbers.TryGetValue(code, out var number))
            numbers.Add(code, number = numbers.Count);
        return number;
    }
}
