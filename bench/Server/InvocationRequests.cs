// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Bench.Server;

/// <summary>
/// Calls of the gateway's model <c>echo</c>: the cheapest request of the server that records an event, so the one for
/// which telemetry weighs most.
/// </summary>
/// <param name="count">How many requests there are; more than that are not sent.</param>
sealed class InvocationRequests(long count = long.MaxValue) : Requests(events: 1)
{
    /// <summary>The name of the gateway's endpoint.</summary>
    public const string Endpoint = "bench";

    static readonly byte[] Request = Post(
        "/gateway/mlflow/v1/chat/completions",
        $$"""{"model":"{{Endpoint}}","messages":[{"role":"user","content":"count me"}]}""");

    long _left = count;

    /// <summary>A request with a JSON body, head and body.</summary>
    public static byte[] Post(string path, string json) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
        $"Content-Length: {json.Length}\r\n\r\n{json}"));

    public override ReadOnlySpan<byte> Next(int connection) =>
        Interlocked.Decrement(ref _left) >= 0 ? Request : default;
}

/// <summary>Creates the gateway's endpoint, once.</summary>
sealed class CreateEndpoint() : Requests(events: 1)
{
    bool _isSent;

    public override ReadOnlySpan<byte> Next(int connection)
    {
        if (_isSent)
            return default;
        _isSent = true;
        return InvocationRequests.Post(
            "/api/3.0/mlflow/gateway/endpoints",
            $$"""{"name":"{{InvocationRequests.Endpoint}}","models":[{"provider":"echo","model":"echo"}]}""");
    }
}
