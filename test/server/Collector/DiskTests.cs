// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>
/// When the disk is nearly full, batches are refused in time, with a message, and accepted again once there is room.
/// </summary>
public sealed class DiskTests
{
    const long Reserve = 80L << 20;

    [Fact(Timeout = 60_000)]
    public async Task Below_the_reserve_batches_are_refused_and_accepted_again_when_there_is_room()
    {
        using var store = new FakeStore();
        var free = Reserve;
        await using var collector = await InProcessCollector.StartAsync(store, options => options with
        {
            FreeSpace = _ => Interlocked.Read(ref free),
            Limits = options.Limits with
            {
                MinFreeDiskBytes = Reserve,
                DiskCheckInterval = TimeSpan.FromMilliseconds(10)
            },
        });
        Assert.Equal(200, (await collector.SendAsync(Some.Line())).Status);

        Interlocked.Exchange(ref free, Reserve - 1);
        await collector.RunAsync("disk space", TestContext.Current.CancellationToken);
        var refused = await collector.SendAsync(Some.Line());
        Assert.Equal(503, refused.Status);
        Assert.Equal("busy", refused.Problem);
        Assert.Contains("Retry-After", refused.Headers.Keys);
        Assert.Contains("disk is nearly full", refused.Text, StringComparison.Ordinal);
        Assert.Contains("the reserve is 80 MiB. Batches are refused", collector.Log, StringComparison.Ordinal);
        var metrics = (await collector.GetAsync("metrics")).Text;
        Assert.Contains("tallymark_disk_low 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"tallymark_disk_free_bytes {Reserve - 1}\n", metrics, StringComparison.Ordinal);
        Assert.Equal(200, (await collector.GetAsync("healthz")).Status); // the store itself is fine
        Assert.Equal(200, (await collector.GetAsync("livez")).Status); // a restart would not help
        var ready = await collector.GetAsync("readyz");
        Assert.Equal((503, "the disk is nearly full\n"), (ready.Status, ready.Text));
        using (var client = ControlClient.TryConnect(collector.Data)!)
            Assert.Contains(client.Status().Due, due => due.What == "disk");

        // Accepted again only with some room above the reserve, so that the state does not flap at the limit.
        Interlocked.Exchange(ref free, Reserve + (Reserve / 8));
        await collector.RunAsync("disk space", TestContext.Current.CancellationToken);
        Assert.Equal(200, (await collector.SendAsync(Some.Line())).Status);
        Assert.Contains("Batches are accepted again", collector.Log, StringComparison.Ordinal);
        Assert.Equal(200, (await collector.GetAsync("readyz")).Status);
        Assert.Contains("tallymark_disk_low 0\n", (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_free_space_of_the_real_disk_is_checked()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        // 1.9 PiB: larger than any disk.
        await using var serve = await CollectorProgram.Serve(folder, "--disk-reserve", "2000000000");
        using var http = new System.Net.Http.HttpClient { BaseAddress = serve.Address };

        await serve.WaitForLog("Batches are refused until there is room");
        using var content = new System.Net.Http.ByteArrayContent(Some.Batch(Some.Line()));
        content.Headers.ContentType = new("application/x-ndjson");
        using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content,
            TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, reply.StatusCode);
    }
}
