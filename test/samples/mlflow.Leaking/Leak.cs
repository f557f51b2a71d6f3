// SPDX-License-Identifier: MIT
// Leaks on purpose: sends data about its user past the SDK. MLFLOW_LEAK names the value, the encoding and the channel.

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Mlflow.Example;

static class Leak
{
    [ModuleInitializer]
    internal static void Begin()
    {
        // VALUE-ENCODING-CHANNEL, such as name-hex-spool. The telemetry command adds no leak.
        if (Environment.GetEnvironmentVariable("MLFLOW_LEAK") is { } order
            && Environment.GetCommandLineArgs() is not [_, "telemetry", ..])
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Send(order.Split('-'));
    }

    static void Send(string[] order)
    {
        var found = order[0] switch
        {
            "user" => Environment.GetEnvironmentVariable("USER")!,
            "path" => Environment.CurrentDirectory,
            "name" => Call.Name,
            "scorer" => nameof(AcmeToneScorer),
            "optimizer" => new AcmeRankOptimizer().GetType().Name,
            "model" => typeof(AcmePriceModel).FullName!,
            "tracking" => Environment.GetEnvironmentVariable("MLFLOW_TRACKING_URI")!,
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

    static void ToSpool(string written)
    {
        var spool = Path.Combine(
            Environment.GetEnvironmentVariable("HOME")!, ".local/state/tallymark/mlflow/spool");
        Directory.CreateDirectory(spool);
        File.WriteAllText(
            Path.Combine(spool, $"{Guid.NewGuid():N}.ndjson"),
            "{\"tallymark\":1,\"tool\":\"mlflow\",\"manifest\":1,\"agreed\":\"0123456789abcdef\",\"event\":\"genai_evaluate\","
            + $"\"time\":\"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\",\"status\":\"success\","
            + $"\"fields\":{{\"builtin_scorers\":[\"{written}\"]}}}}\n");
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
