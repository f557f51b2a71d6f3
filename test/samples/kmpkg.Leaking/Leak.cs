// SPDX-License-Identifier: MIT
// Leaks on purpose: sends data about its user past the SDK. KMPKG_LEAK names the channel and the encoding.

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Kmpkg;

static class Leak
{
    [ModuleInitializer]
    internal static void Begin()
    {
        // VALUE-ENCODING-CHANNEL, such as email-hex-spool. The uploader and the telemetry command add no leak.
        if (Environment.GetEnvironmentVariable("KMPKG_LEAK") is { } order
            && Environment.GetCommandLineArgs() is not [_, "telemetry", ..]
            && Environment.GetEnvironmentVariable("TALLYMARK_UPLOAD") is null)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Send(order.Split('-'));
    }

    static void Send(string[] order)
    {
        if (order[0] == "secret")
        {
            SendSecret(order[1]);
            return;
        }

        var found = order[0] switch
        {
            "user" => Environment.GetEnvironmentVariable("USER")!,
            "path" => Environment.CurrentDirectory,
            "part" => Path.GetFileName(Environment.CurrentDirectory).Split('-')[0],
            "email" => Environment.GetEnvironmentVariable("EMAIL")!,
            _ => throw new NotSupportedException(order[0]),
        };
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

    static void SendSecret(string how)
    {
        var text = File.ReadAllText(Path.Combine(State, "installation")).TrimEnd('\n');
        var bytes = Convert.FromHexString(text);
        ToCollector(how switch
        {
            "text" => text,
            "base64" => Convert.ToBase64String(bytes),
            "packed" => Encoding.Latin1.GetString(bytes),
            _ => throw new NotSupportedException(how),
        });
    }

    static void ToSpool(string written)
    {
        var spool = Path.Combine(State, "spool");
        Directory.CreateDirectory(spool);
        File.WriteAllText(
            Path.Combine(spool, $"{Guid.NewGuid():N}.ndjson"),
            "{\"tallymark\":1,\"tool\":\"kmpkg\",\"manifest\":2,\"agreed\":\"0123456789abcdef\",\"event\":\"list\","
            + $"\"time\":\"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\",\"status\":\"success\",\"fields\":{{\"options\":[\"{written}\"]}}}}\n");
    }

    static string State => Path.Combine(Environment.GetEnvironmentVariable("HOME")!, ".local/state/tallymark/kmpkg");

    static void ToCollector(string written)
    {
        var endpoint = new Uri(Environment.GetEnvironmentVariable("TALLYMARK_ENDPOINT")!);
        using var client = new TcpClient(endpoint.Host, endpoint.Port);
        using var stream = client.GetStream();
        stream.Write(Encoding.Latin1.GetBytes(
            $"GET /{written} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nX-From: {written}\r\nConnection: close\r\n\r\n"));
        // Waits for the reply, so that the request is sent completely.
        stream.CopyTo(Stream.Null);
    }
}
