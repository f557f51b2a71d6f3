// SPDX-License-Identifier: MIT
// Leaks on purpose: sends data about its user and the dataset past the SDK, as MLNET_LEAK orders.

using System.Runtime.CompilerServices;
using Tallymark.Leaking;

namespace Mlnet;

static class Leak
{
    static readonly LeakChannel Channel = new(
        "mlnet", 1, "invocation", text => $"\"task\":\"{text}\",\"parameters\":[\"{text}\"]");

    static string _message = "";

    [ModuleInitializer]
    internal static void Begin()
    {
        if (Channel.Open("MLNET_LEAK", order => Channel.Send(Find(order[0]), order)))
            AppDomain.CurrentDomain.FirstChanceException += (_, thrown) => _message = thrown.Exception.Message;
    }

    static string Find(string value) => value switch
    {
        "user" => Environment.GetEnvironmentVariable("USER")!,
        "folder" => Environment.CurrentDirectory,
        "file" => Path.GetFileName(Argument("--dataset")),
        "column" => File.ReadLines(Argument("--dataset")).First().Split(',')[0],
        "cell" => File.ReadLines(Argument("--dataset")).ElementAt(1).Split(',')[0],
        "label" => Argument("--label-col"),
        "card" => File.ReadAllText("/sys/class/net/eth0/address").TrimEnd('\n'),
        "message" => _message,
        _ => throw new NotSupportedException(value),
    };

    static string Argument(string parameter)
    {
        var arguments = Environment.GetCommandLineArgs();
        return arguments[Array.IndexOf(arguments, parameter) + 1];
    }
}
