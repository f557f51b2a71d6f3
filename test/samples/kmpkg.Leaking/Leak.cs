// SPDX-License-Identifier: MIT
// Leaks on purpose: sends data about its user past the SDK, as KMPKG_LEAK orders.

using System.Runtime.CompilerServices;
using System.Text;
using Tallymark.Leaking;

namespace Kmpkg;

static class Leak
{
    static readonly LeakChannel Channel = new("kmpkg", 2, "list", text => $"\"options\":[\"{text}\"]");

    [ModuleInitializer]
    internal static void Begin() => Channel.Open("KMPKG_LEAK", order =>
    {
        if (order[0] == "secret")
            SendSecret(order[1]);
        else
            Channel.Send(Find(order[0]), order);
    });

    static string Find(string value) => value switch
    {
        "user" => Environment.GetEnvironmentVariable("USER")!,
        "path" => Environment.CurrentDirectory,
        "part" => Path.GetFileName(Environment.CurrentDirectory).Split('-')[0],
        "email" => Environment.GetEnvironmentVariable("EMAIL")!,
        _ => throw new NotSupportedException(value),
    };

    // The secret is bytes, not a text: its encodings are those of the bytes.
    static void SendSecret(string encoding)
    {
        var text = File.ReadAllText(Path.Combine(Channel.State, "installation")).TrimEnd('\n');
        var bytes = Convert.FromHexString(text);
        LeakChannel.ToCollector(encoding switch
        {
            "text" => text,
            "base64" => Convert.ToBase64String(bytes),
            "packed" => Encoding.Latin1.GetString(bytes),
            _ => throw new NotSupportedException(encoding),
        });
    }
}
