// SPDX-License-Identifier: MIT
// The vectors of the wire: each body gets the reply that stands beside it.

using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

public sealed class VectorTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors");

    public static TheoryData<string> Names() =>
        [.. Directory.EnumerateFiles(Folder, "*.ndjson").Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_body_gets_the_reply_that_stands_beside_it(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".reply.json")));
        using var store = new FakeStore();
        var now = expected.RootElement.GetProperty("now").GetDateTimeOffset();
        await using var collector = await RunningCollector.StartAsync(null, _ => store, time: new FixedTime(now));

        var answer = await collector.SendAsync(File.ReadAllBytes(Path.Combine(Folder, name + ".ndjson")));

        Assert.Equal(expected.RootElement.GetProperty("status").GetInt32(), answer.Status);
        var reply = expected.RootElement.GetProperty("reply");
        if (answer.Status == 200)
            Assert.Equal(JsonSerializer.Serialize(reply), answer.Text);
        else
            Assert.Equal(reply.GetProperty("type").GetString(), answer.Json.GetProperty("type").GetString());
    }

    [Fact]
    public void The_distributions_that_are_told_apart_are_those_of_the_format() => Assert.Equal(
        File.ReadAllLines(Path.Combine(Folder, "distributions.txt")),
        Enumerable.Range(0, Platforms.Distributions.Count).Select(i => Encoding.ASCII.GetString(Platforms.Distributions[i])));

    [Fact]
    public void There_are_vectors() => Assert.True(Names().Count > 10);
}
