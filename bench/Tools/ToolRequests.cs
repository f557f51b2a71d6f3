// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using Tallymark.Bench.Ingest;

namespace Tallymark.Bench.Tools;

/// <summary>Batches of several tools in turn, each as of kmpkg.</summary>
sealed class ToolRequests : Requests
{
    readonly Lock _lock = new();
    readonly BatchText[] _texts;
    readonly int _rounds;
    int _next;
    int _networks;

    /// <summary>Makes them.</summary>
    /// <param name="tools">Names from <see cref="NameOf"/>.</param>
    /// <param name="events">Events of a batch.</param>
    /// <param name="rounds">How many batches of each tool there are.</param>
    public ToolRequests(IReadOnlyList<string> tools, int events, int rounds) : base(events)
    {
        var random = new Random(1);
        _texts = [.. tools.Select(tool => new BatchText(events, DateTimeOffset.UtcNow.AddDays(-1), random, tool))];
        _rounds = rounds;
    }

    /// <summary>A name with as many letters as <c>kmpkg</c>.</summary>
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number:0000}");

    public override ReadOnlySpan<byte> Next(int connection)
    {
        lock (_lock)
        {
            if (_next / _texts.Length >= _rounds)
                return default;
            var text = _texts[_next++ % _texts.Length];
            text.Change();
            var network = ++_networks;
            // Each comes from its own network, as behind a proxy: the collector limits the rate of a network.
            var head = Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nUser-Agent: tallymark/1\r\n" +
                $"X-Forwarded-For: {11 + (network / 65_536 % 80)}.{network / 256 % 256}.{network % 256}.1\r\n" +
                $"Content-Type: application/x-ndjson\r\nContent-Length: {text.Bytes.Length}\r\n\r\n"));
            return (byte[])[.. head, .. text.Bytes];
        }
    }
}
