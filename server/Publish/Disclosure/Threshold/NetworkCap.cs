// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>
/// How many installations of a row count towards a minimum: at most three of each network and ten of each block of IPv6
/// networks, and none on its first day. One network can't fill a row (docs/adr/0025-networks.md). Stateless.
/// </summary>
static class NetworkCap
{
    /// <summary>Installations that count in one network (/24, or /48 for IPv6).</summary>
    public const int MaxPerNetwork = 3;

    /// <summary>Installations that count in one block (/32) of IPv6 networks.</summary>
    public const int MaxPerBlock = 10;

    /// <summary>The number that counts; never less for a larger set.</summary>
    public static int Count(IReadOnlyCollection<CountedInstallation> installations)
    {
        var count = 0;
        var (networks, blocks) = (new Dictionary<long, int>(), new Dictionary<int, int>());
        foreach (var (_, network) in installations)
        {
            if (network == Networks.New)
                continue;
            if (network == Networks.Unknown)
            {
                count++;
                continue;
            }

            var block = Networks.BlockOf(network);
            if (IsBelow(networks, network, MaxPerNetwork) && (block == 0 || IsBelow(blocks, block, MaxPerBlock)))
                count++;
        }

        return count;
    }

    static bool IsBelow<T>(Dictionary<T, int> counts, T key, int max)
        where T : notnull
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        return ++count <= max;
    }
}

/// <summary>An installation of a row.</summary>
/// <param name="Number">Its number, valid within one query.</param>
/// <param name="Network">Its network on the day (<see cref="Cell.Networks"/>).</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct CountedInstallation(int Number, long Network = Networks.Unknown);
