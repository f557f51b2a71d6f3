// SPDX-License-Identifier: MIT
using Tallymark.Pages;

namespace Tallymark.AspNetCore.Tests;

/// <summary>The ids by which the relay recognises a record that comes again.</summary>
public sealed class RecentIdsTests
{
    [Fact]
    public void The_last_65536_ids_are_known_and_older_ones_are_forgotten()
    {
        const int Count = 65_536;
        var ids = new RecentIds();
        for (var i = 0; i < Count; i++)
            Assert.True(ids.TryAdd((UInt128)i));
        Assert.False(ids.TryAdd(0));
        Assert.True(ids.TryAdd(Count));
        Assert.False(ids.TryAdd(1 + (UInt128)1));
        Assert.True(ids.TryAdd(0));
        Assert.True(ids.TryAdd(1));
    }

    [Fact]
    public void A_forgotten_id_may_come_again()
    {
        var ids = new RecentIds();
        Assert.True(ids.TryAdd(7));
        ids.Forget(7);
        Assert.True(ids.TryAdd(7));
        Assert.False(ids.TryAdd(7));
    }

    [Fact]
    public void An_id_that_was_forgotten_and_came_again_is_as_young_as_its_last_addition()
    {
        const int Count = 65_536;
        var ids = new RecentIds();
        Assert.True(ids.TryAdd(1));
        Assert.True(ids.TryAdd(0));
        ids.Forget(0);
        Assert.True(ids.TryAdd(0));

        // The first addition of 0 has left the order by now, the second one has not.
        for (var i = 2; i < Count; i++)
            Assert.True(ids.TryAdd((UInt128)i));
        Assert.False(ids.TryAdd(0));
        Assert.True(ids.TryAdd(Count));
        Assert.False(ids.TryAdd(0));
    }
}
