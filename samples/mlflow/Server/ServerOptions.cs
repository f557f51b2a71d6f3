// SPDX-License-Identifier: MIT
using System.Net;

namespace Mlflow.Server;

/// <summary>The command line of the server.</summary>
/// <param name="Listen">The address: IP:PORT, localhost:PORT, or *:PORT for all addresses of the machine.</param>
/// <param name="Data">The folder of the data.</param>
/// <param name="Hosts">More hosts that requests may name, separated by semicolons; null: none.</param>
sealed record ServerOptions(string Listen = "127.0.0.1:5000", string Data = "mlflow-data", string? Hosts = null)
{
    /// <summary>The help.</summary>
    public const string Usage = """
        mlflow-server [--listen ADDRESS:PORT] [--data FOLDER] [--hosts NAME;NAME]
        mlflow-server telemetry VERB
        """;

    /// <summary>
    /// Reads the command line: <c>--name value</c> or <c>--name=value</c>. Null: it has a mistake.
    /// </summary>
    public static ServerOptions? Parse(string[] args, out string? problem)
    {
        var options = new ServerOptions();
        problem = null;
        for (var at = 0; at < args.Length && problem is null; at++)
        {
            var (name, value) = args[at].IndexOf('=', StringComparison.Ordinal) is > 0 and var sign
                ? (args[at][..sign], args[at][(sign + 1)..]) : (args[at], null);
            if (name is not ("--listen" or "--data" or "--hosts"))
            {
                problem = $"unknown option '{name}'";
                break;
            }

            value ??= ++at < args.Length ? args[at] : "";
            options = name switch
            {
                "--listen" => options with { Listen = value },
                "--data" => options with { Data = value },
                _ => options with { Hosts = value },
            };
            if (value is "") problem = $"{name} has no value";
        }

        if (problem is null && !IsAddress(options.Listen))
        {
            problem = $"--listen: '{options.Listen}' is no address. Write IP:PORT, localhost:PORT, or *:PORT for all "
                + "addresses of this machine";
        }

        return problem is null ? options : null;
    }

    // Kestrel listens on all addresses if it does not know the host, so a mistyped one would open the server to all.
    static bool IsAddress(string listen)
    {
        var address = new HostString(listen);
        return address.Port is >= 0 and <= IPEndPoint.MaxPort
            && (address.Host is "localhost" or "*" || IPAddress.TryParse(address.Host.Trim('[', ']'), out _));
    }
}
