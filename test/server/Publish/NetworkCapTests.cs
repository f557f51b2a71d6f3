// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Publish.Tests;

/// <summary>How many installations of a row count towards the minimum.</summary>
public sealed class NetworkCapTests
{
    [Fact]
    public void At_most_three_of_a_network_and_ten_of_a_block_count_and_none_on_its_first_day()
    {
        Assert.Equal(0, Count());
        Assert.Equal(5, Count([.. Enumerable.Repeat(Networks.Unknown, 5)]));
        Assert.Equal(0, Count([.. Enumerable.Repeat(Networks.New, 500)]));
        Assert.Equal(3, Count([.. Enumerable.Repeat(Networks.Bucket(0, 1), 500)]));
        Assert.Equal(5, Count(Of(0, 1), Of(0, 1), Of(0, 1), Of(0, 1), Of(0, 2), Of(0, 2)));
        Assert.Equal(10, Count([.. Enumerable.Range(1, 500).Select(network => Of(1, (uint)network))]));
        Assert.Equal(3, Count([.. Enumerable.Repeat(Of(1, 1), 500)]));
        Assert.Equal(500, Count([.. Enumerable.Range(1, 500).Select(network => Of(0, (uint)network))]));
        Assert.Equal(13, Count([.. Enumerable.Range(1, 20).Select(network => Of(1, (uint)network)), Of(2, 1), Of(2, 2),
            Of(2, 3)]));
    }

    [Fact]
    public void The_number_never_falls_when_installations_are_added() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            SomeNetwork().ListOf().ToArbitrary(), SomeNetwork().ToArbitrary(), (some, one) =>
            {
                var (before, after) = (Count([.. some]), Count([.. some, one]));
                Assert.InRange(after, before, before + 1);
            }));

    [Fact]
    public void Merging_rows_never_lowers_the_number() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            SomeNetwork().ListOf().ToArbitrary(), Gen.Choose(0, 30).ToArbitrary(), (some, split) =>
            {
                var all = some.Select((network, number) => new CountedInstallation(number, network)).ToList();
                var (a, b) = (Row([.. all.Take(split + 3)]), Row([.. all.Skip(split)]));
                var most = Math.Max(a.Count, b.Count);
                a.Absorb(b);
                Assert.True(a.Count >= most);
            }));

    static CountedRow Row(List<CountedInstallation> installations) => new(["x"], 1, installations);

    static Gen<long> SomeNetwork() =>
        from block in Gen.Choose(0, 2)
        from network in Gen.Choose(1, 9)
        from bucket in Gen.Elements(Networks.New, Networks.Unknown, Of(block, (uint)network), Of(block, (uint)network))
        select bucket;

    static long Of(int block, uint network) => Networks.Bucket(block, network);

    static int Count(params long[] networks) =>
        NetworkCap.Count([.. networks.Select((network, number) => new CountedInstallation(number, network))]);
}
