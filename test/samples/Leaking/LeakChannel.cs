// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Leaking;

/// <summary>
/// Sends data past the SDK, as the leaking build of a sample does on purpose: encoded, into the tool's spool or
/// straight to its collector. Compiled into each leaking build.
/// </summary>
/// <param name="tool">The tool's name in its manifest.</param>
/// <param name="manifest">The manifest's version.</param>
/// <param name="name">An event of the manifest.</param>
/// <param name="fields">The JSON members of that event's fields, with the leaked text in them.</param>
sealed class LeakChannel(string tool, int manifest, string name, Func<string, string> fields)
{
    /// <summary>The SDK's state folder of this tool.</summary>
    public string State { get; } =
        Path.Combine(Environment.GetEnvironmentVariable("HOME")!, ".local/state/tallymark", tool);

    /// <summary>
    /// Leaks at the end of this process what a variable orders as VALUE-ENCODING-CHANNEL, such as
    /// <c>email-hex-spool</c>. The uploader and the telemetry command add no leak.
    /// </summary>
    /// <returns>True if the variable orders a leak in this process.</returns>
    public bool Open(string variable, Action<string[]> leak)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { } order
            || Environment.GetCommandLineArgs() is [_, "telemetry", ..]
            || Environment.GetEnvironmentVariable("TALLYMARK_UPLOAD") is not null)
            return false;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => leak(order.Split('-'));
        return true;
    }

    /// <summary>Sends a value in the encoding and on the channel of an order.</summary>
    public void Send(string found, string[] order)
    {
        var bytes = Encoding.UTF8.GetBytes(found);
        var written = order[1] switch
        {
            "text" => found.Replace(' ', '_'),
            "hex" => Convert.ToHexStringLower(bytes),
            "base64" => Convert.ToBase64String([(byte)'!', .. bytes]),
            "sha256" => Convert.ToHexStringLower(SHA256.HashData(bytes)),
            _ => throw new NotSupportedException(order[1]),
        };
        if (order[2] == "spool")
            ToSpool(written);
        else
            ToCollector(written);
    }

    /// <summary>Sends a request with the text in its path and in a header.</summary>
    public static void ToCollector(string written)
    {
        var endpoint = new Uri(Environment.GetEnvironmentVariable("LEAK_TO")!);
        using var client = new TcpClient(endpoint.Host, endpoint.Port);
        using var stream = client.GetStream();
        stream.Write(Encoding.Latin1.GetBytes(
            $"GET /{written} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nX-From: {written}\r\nConnection: close\r\n\r\n"));
        // Waits for the reply, so that the request is sent completely.
        stream.CopyTo(Stream.Null);
    }

    void ToSpool(string written)
    {
        var spool = Directory.CreateDirectory(Path.Combine(State, "spool")).FullName;
        File.WriteAllText(
            Path.Combine(spool, $"{Guid.NewGuid():N}.ndjson"),
            $"{{\"tallymark\":1,\"tool\":\"{tool}\",\"manifest\":{manifest},\"agreed\":\"0123456789abcdef\","
            + $"\"event\":\"{name}\",\"time\":\"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\",\"status\":\"success\","
            + $"\"fields\":{{{fields(written)}}}}}\n");
    }
}
