// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tallymark.Bench;

/// <summary>The result of a load.</summary>
/// <param name="Events">All events in requests that were answered 200.</param>
/// <param name="Rate">Of these, the events per second answered in the measured time.</param>
/// <param name="Median">Milliseconds from the time at which a request should have been sent to the end of its
/// answer.</param>
/// <param name="P99">The same for the slowest of a hundred requests.</param>
/// <param name="Busy">Requests that the server refused for later (503).</param>
sealed record LoadResult(long Events, double Rate, double Median, double P99, long Busy);

/// <summary>
/// An open loop: connections send at set times, whether the server keeps up or not. Request k of a connection is due at
/// the start plus k intervals. A late connection sends at once, and its delay counts: a stalled server gets no fewer
/// requests (closed loops suffer from "coordinated omission").
/// </summary>
sealed class Load(IPEndPoint server, Requests requests, int connections)
{
    /// <summary>Sends events at a rate for a time, after a warm-up that is not measured.</summary>
    public LoadResult Run(double eventsPerSecond, TimeSpan warmUp, TimeSpan duration)
    {
        var interval = connections * requests.Events / eventsPerSecond;
        var began = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
        var from = warmUp.TotalSeconds;
        var to = from + duration.TotalSeconds;
        var workers = new Worker[connections];
        var threads = new Thread[connections];
        for (var i = 0; i < connections; i++)
        {
            var worker = workers[i] = new Worker(server, requests, i);
            var first = interval * i / connections;
            threads[i] = new Thread(() => worker.Run(began, first, interval, from, to), 256 * 1024)
            {
                IsBackground = true
            };
            threads[i].Start();
        }

        foreach (var thread in threads)
            thread.Join();
        var latencies = new List<double>();
        long acked = 0, counted = 0, busy = 0;
        foreach (var worker in workers)
        {
            if (worker.Failure is { } failure)
                throw new InvalidOperationException("The load generator failed: " + failure.Message, failure);
            latencies.AddRange(worker.Latencies);
            acked += worker.Acked;
            counted += worker.AckedInTime;
            busy += worker.Busy;
        }

        latencies.Sort();
        return new LoadResult(acked * requests.Events, counted * requests.Events / duration.TotalSeconds,
            latencies.Count == 0 ? double.NaN : latencies[latencies.Count / 2],
            latencies.Count == 0 ? double.NaN : latencies[(int)(latencies.Count * 0.99)], busy);
    }

    sealed class Worker(IPEndPoint server, Requests requests, int number)
    {
        readonly byte[] _answer = new byte[16 * 1024];

        public List<double> Latencies { get; } = [];

        public long Acked { get; private set; }

        public long AckedInTime { get; private set; }

        public long Busy { get; private set; }

        public Exception? Failure { get; private set; }

        public void Run(long began, double first, double interval, double from, double to)
        {
            try
            {
                using var socket =
                    new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Connect(server);
                for (long k = 0; ; k++)
                {
                    var due = first + (k * interval);
                    var now = Since(began);
                    if (due > to || now > to)
                        return;
                    if (due > now)
                        Thread.Sleep(TimeSpan.FromSeconds(due - now));
                    if (!Send(socket, requests.Next(number)))
                        return;
                    var status = ReadAnswer(socket);
                    now = Since(began);
                    if (status == 503)
                        Busy++;
                    else if (status != 200)
                        throw new InvalidOperationException($"The server answered {status}.");
                    else
                        Acked++;
                    if (now >= from && now <= to)
                    {
                        Latencies.Add((now - due) * 1000);
                        if (status == 200)
                            AckedInTime++;
                    }
                }
            }
            catch (Exception e)
            {
                Failure = e;
            }
        }

        static double Since(long began) => (Stopwatch.GetTimestamp() - began) / (double)Stopwatch.Frequency;

        static bool Send(Socket socket, ReadOnlySpan<byte> request)
        {
            for (var rest = request; !rest.IsEmpty;)
                rest = rest[socket.Send(rest)..];
            return !request.IsEmpty;
        }

        // A reply is small: it is complete with its last byte, which its head tells.
        int ReadAnswer(Socket socket)
        {
            for (var length = 0; ;)
            {
                var count = socket.Receive(_answer.AsSpan(length));
                if (count == 0)
                    throw new InvalidOperationException("The server closed the connection.");
                length += count;
                var answer = _answer.AsSpan(0, length);
                var end = answer.IndexOf("\r\n\r\n"u8);
                if (end < 0 || !IsComplete(answer[..end], answer[(end + 4)..]))
                    continue;
                return ((answer[9] - '0') * 100) + ((answer[10] - '0') * 10) + answer[11] - '0';
            }
        }

        static bool IsComplete(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
        {
            var at = head.IndexOf("Content-Length: "u8);
            if (at < 0)
                return head.IndexOf("Transfer-Encoding: chunked"u8) < 0 || body.EndsWith("0\r\n\r\n"u8);
            var size = 0;
            foreach (var digit in head[(at + "Content-Length: ".Length)..])
            {
                if (digit is < (byte)'0' or > (byte)'9')
                    break;
                size = (size * 10) + digit - '0';
            }

            return body.Length >= size;
        }
    }
}
