// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>Each body of the wire vectors gets the reply of its vector.</summary>
public sealed class VectorTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors");

    public static TheoryData<string> Names() =>
        [.. Directory.EnumerateFiles(Folder, "*.ndjson").Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_body_of_the_vectors_gets_its_reply(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".reply.json")));
        using var store = new FakeStore();
        var now = expected.RootElement.GetProperty("now").GetDateTimeOffset();
        await using var collector =
            await InProcessCollector.StartAsync(null, _ => store, time: new FakeTimeProvider(now));

        var answer = await collector.SendAsync(File.ReadAllBytes(Path.Combine(Folder, name + ".ndjson")));

        Assert.Equal(expected.RootElement.GetProperty("status").GetInt32(), answer.Status);
        var reply = expected.RootElement.GetProperty("reply");
        if (answer.Status == 200)
            Assert.Equal(JsonSerializer.Serialize(reply), answer.Text);
        else
        {
            Assert.Equal(reply.GetProperty("type").GetString(), answer.Json.GetProperty("type").GetString());
            Assert.Equal(BatchOf(reply), BatchOf(answer.Json));
        }
    }

    static string? BatchOf(JsonElement problem) =>
        problem.TryGetProperty("batch", out var batch) ? batch.GetString() : null;

    [Fact]
    public void The_distributions_are_those_of_the_format() => Assert.Equal(
        File.ReadAllLines(Path.Combine(Folder, "distributions.txt")),
        Enumerable.Range(0, PlatformValues.Distributions.Count)
            .Select(i => Encoding.ASCII.GetString(PlatformValues.Distributions[i])));

    [Fact]
    public void There_are_vectors() => Assert.True(Names().Count > 10);
}
