// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>Good batches are stored once, and acknowledged only after that.</summary>
public sealed class AcceptTests
{
    [Fact]
    public async Task A_batch_is_stored_and_the_reply_has_its_id_and_counts()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var id = Guid.NewGuid();

        var answer = await collector.SendAsync(Some.Batch([Some.LineOf(1), Some.LineOf(2)], id));

        Assert.Equal(200, answer.Status);
        Assert.Equal(id, answer.Json.GetProperty("batch").GetGuid());
        Assert.Equal(2, answer.Received);
        Assert.Equal(2, answer.Stored);
        Assert.Empty(answer.Dropped);
        Assert.Equal("1", answer.Headers["Tallymark-Collector"]);
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.Equal(2, store.CountEvents(Some.Tool)["plain"]);
    }

    [Fact]
    public async Task A_batch_may_be_sent_uncompressed()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        Assert.Equal(1, (await collector.SendAsync(Some.Batch(Some.Line()), pack: false)).Stored);
    }

    [Fact]
    public async Task No_reply_is_sent_before_the_batch_is_in_the_journal()
    {
        using var store = new FakeStore { Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) } };
        await using var collector = await InProcessCollector.StartAsync(store);
        using var connection = new TcpClient();
        await connection.ConnectAsync(
            IPAddress.Loopback, collector.Address.Port, TestContext.Current.CancellationToken);
        var body = Some.Batch(Some.Line());
        await connection.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(Some.Headers(body.Length)), TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(body, TestContext.Current.CancellationToken);

        await store.Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
            Assert.Equal(1, (await collector.CountersAsync()).Pending); // other requests are answered meanwhile
        Assert.Equal(0, connection.Available);

        store.Journal.MayWrite.Release();
        var reply = new byte[12];
        await connection.GetStream().ReadExactlyAsync(reply, TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(reply));
    }

    [Fact]
    public async Task A_batch_sent_twice_is_stored_once()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var batch = Some.Batch(Some.LineOf(1), Some.LineOf(2), Some.Line("nothing"));

        var first = await collector.SendAsync(batch);
        var second = await collector.SendAsync(batch);

        Assert.Equal(2, first.Stored);
        Assert.Equal(0, second.Stored);
        Assert.Equal(3, second.Received);
        Assert.Equal(3, Assert.Single(second.Dropped).Value);
        Assert.Equal(3, second.Dropped["duplicate"]);
    }

    [Fact]
    public async Task A_batch_sent_many_times_at_once_is_stored_once()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var batch = Some.Batch(Some.LineOf(1));

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => collector.SendAsync(batch)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(1, answers.Sum(answer => answer.Stored));
    }

    [Fact]
    public async Task A_batch_sent_again_after_a_restart_is_stored_once()
    {
        using var folder = new TempFolder();
        var batch = Some.Batch(Some.LineOf(1));
        var first = await InProcessCollector.StartAsync(folder);
        Assert.Equal(1, (await first.SendAsync(batch)).Stored);
        await first.StopAsync();

        var second = await InProcessCollector.StartAsync(folder);
        Assert.Equal(1, (await second.SendAsync(batch)).Dropped["duplicate"]);
        await second.StopAsync();
    }
}
