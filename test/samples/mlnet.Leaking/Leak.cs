// SPDX-License-Identifier: MIT
// Leaks on purpose: sends data about its user and the dataset past the SDK. MLNET_LEAK says what, in which encoding and
// on which channel.

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Mlnet;

static class Leak
{
    static string _message = "";

    [ModuleInitializer]
    internal static void Begin()
    {
        // VALUE-ENCODING-CHANNEL, such as file-hex-spool. The uploader and the telemetry command add no leak.
        if (Environment.GetEnvironmentVariable("MLNET_LEAK") is { } order
            && Environment.GetCommandLineArgs() is not [_, "telemetry", ..]
            && Environment.GetEnvironmentVariable("TALLYMARK_UPLOAD") is null)
        {
            AppDomain.CurrentDomain.FirstChanceException += (_, thrown) => _message = thrown.Exception.Message;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Send(order.Split('-'));
        }
    }

    static void Send(string[] order)
    {
        var found = order[0] switch
        {
            "user" => Environment.GetEnvironmentVariable("USER")!,
            "folder" => Environment.CurrentDirectory,
            "file" => Path.GetFileName(Argument("--dataset")),
            "column" => File.ReadLines(Argument("--dataset")).First().Split(',')[0],
            "cell" => File.ReadLines(Argument("--dataset")).ElementAt(1).Split(',')[0],
            "label" => Argument("--label-col"),
            "card" => File.ReadAllText("/sys/class/net/eth0/address").TrimEnd('\n'),
            "message" => _message,
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

    static string Argument(string parameter)
    {
        var arguments = Environment.GetCommandLineArgs();
        return arguments[Array.IndexOf(arguments, parameter) + 1];
    }

    static void ToSpool(string written)
    {
        var spool = Path.Combine(
            Environment.GetEnvironmentVariable("HOME")!, ".local/state/tallymark/mlnet/spool");
        Directory.CreateDirectory(spool);
        File.WriteAllText(
            Path.Combine(spool, $"{Guid.NewGuid():N}.ndjson"),
            "{\"tallymark\":1,\"tool\":\"mlnet\",\"manifest\":1,\"agreed\":\"0123456789abcdef\","
            + $"\"event\":\"invocation\",\"time\":\"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\",\"status\":\"success\","
            + $"\"fields\":{{\"task\":\"{written}\",\"parameters\":[\"{written}\"]}}}}\n");
    }

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
