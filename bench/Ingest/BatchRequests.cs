// SPDX-License-Identifier: MIT

using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tallymark.Bench.Ingest;

/// <summary>
/// Batches, made when they are needed (uncompressed) or taken from a stock that was compressed before (gzip). Each body
/// has its own batch id.
/// </summary>
abstract class BatchRequests(int events) : Requests(events)
{
    protected const int Variants = 16;

    static int _networks;

    // Each comes from its own network, as behind a proxy: the collector limits the rate of a network.
    protected static byte[] Head(int length, bool packed) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nUser-Agent: tallymark/1\r\n" +
            $"X-Forwarded-For: {Network()}\r\nContent-Type: application/x-ndjson\r\n" +
            $"{(packed ? "Content-Encoding: gzip\r\n" : "")}Content-Length: {length}\r\n\r\n"));

    static string Network()
    {
        var number = (uint)Interlocked.Increment(ref _networks);
        return string.Create(CultureInfo.InvariantCulture,
            $"{11 + (number / 65_536 % 80)}.{number / 256 % 256}.{number % 256}.1");
    }

    protected static BatchText[] Texts(int events, int seed)
    {
        var random = new Random(seed);
        var texts = new BatchText[Variants];
        for (var i = 0; i < Variants; i++)
            texts[i] = new BatchText(events, DateTimeOffset.UtcNow.AddDays(-1 - (i % 7)), random);
        return texts;
    }
}

/// <summary>Uncompressed bodies.</summary>
sealed class PlainRequests : BatchRequests
{
    readonly Source[] _sources;

    public PlainRequests(int events, int connections, int seed) : base(events)
    {
        _sources = new Source[connections];
        for (var i = 0; i < connections; i++)
            _sources[i] = new Source(Texts(events, (seed * 1_000) + i));
    }

    public override ReadOnlySpan<byte> Next(int connection) => _sources[connection].Next();

    sealed class Source(BatchText[] texts)
    {
        readonly byte[] _request = new byte[2 * 1024 * 1024];
        int _next;

        public ReadOnlySpan<byte> Next()
        {
            var text = texts[_next++ % texts.Length];
            text.Change();
            var head = Head(text.Bytes.Length, packed: false);
            head.CopyTo(_request, 0);
            text.Bytes.CopyTo(_request.AsSpan(head.Length));
            return _request.AsSpan(0, head.Length + text.Bytes.Length);
        }
    }
}

/// <summary>
/// Bodies compressed before the measurement, each sent once: compressing takes longer than everything measured.
/// </summary>
sealed class PackedRequests : BatchRequests
{
    readonly byte[][] _stock;
    int _next = -1;

    public PackedRequests(int events, int count, int seed) : base(events)
    {
        _stock = new byte[count][];
        var workers = Environment.ProcessorCount;
        Parallel.For(0, workers, worker =>
        {
            var texts = Texts(events, (seed * 1_000) + worker);
            for (var i = worker; i < count; i += workers)
            {
                var text = texts[i / workers % texts.Length];
                text.Change();
                using var packed = new MemoryStream();
                using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    gzip.Write(text.Bytes);
                var head = Head((int)packed.Length, packed: true);
                _stock[i] = [.. head, .. packed.GetBuffer().AsSpan(0, (int)packed.Length)];
            }
        });
    }

    public override ReadOnlySpan<byte> Next(int connection)
    {
        var next = Interlocked.Increment(ref _next);
        return next < _stock.Length ? _stock[next] : default;
    }
}
