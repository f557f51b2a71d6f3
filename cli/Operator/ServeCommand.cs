// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;

namespace Tallymark.Cli;

/// <summary><c>tallymark serve</c>: runs a collector until SIGTERM or SIGINT.</summary>
static class ServeCommand
{
    const int MinMemoryMiB = 128;

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Required = true,
            Description = "The collector's data folder; created if it does not exist.",
        };
        var manifests = new Option<string>("--manifests")
        {
            Required = true,
            Description = "The folder of telemetry manifests (*.yaml).",
        };
        var listen = new Option<IPEndPoint>("--listen")
        {
            Required = true,
            CustomParser = ParseEndPoint,
            Description = "The address to listen on, such as 127.0.0.1:8080 or [::1]:0; port 0 takes a free port.",
        };
        var @public = new Option<string?>("--public") { Description = "The published folder, served at /public/." };
        var proxies = new Option<IPNetwork[]>("--trusted-proxy")
        {
            CustomParser = ParseProxies,
            AllowMultipleArgumentsPerToken = false,
            Description = "A proxy (address or network) whose X-Forwarded-For is trusted; can be repeated.",
        };
        var countries = new Option<string?>("--countries")
        {
            Description = "The folder of country tables (start,end,code); default: the bundled tables.",
        };
        var certificate = new Option<string?>("--certificate")
        {
            Description = "The TLS certificate with its chain, as PEM; requires --key. A renewed file is read " +
                "automatically.",
        };
        var key = new Option<string?>("--key") { Description = "The certificate's key, as PEM." };
        var plain = new Option<bool>("--plain-http")
        {
            Description = "Allow listening without TLS on a non-loopback address, behind a proxy that encrypts.",
        };
        var rate = new Option<double>("--rate")
        {
            DefaultValueFactory = _ => new Limits().MaxPrefixRate,
            Description = "Requests per second that one network (/24, /48) may make in the long run; 0: no limit.",
        };
        var burst = new Option<int>("--rate-burst")
        {
            DefaultValueFactory = _ => new Limits().MaxPrefixBurst,
            Description = "Requests that one network may make at once.",
        };
        var newInstallations = new Option<int>("--new-installations")
        {
            DefaultValueFactory = _ => new Limits().MaxNewInstallations,
            Description =
                "New installations per day from one network (/24, /48). Events of further new installations are " +
                "stored but not counted. 0: no limit.",
        };
        var reserve = new Option<int>("--disk-reserve")
        {
            DefaultValueFactory = _ => (int)(new Limits().MinFreeDiskBytes >> 20),
            Description = "MiB of free disk space below which batches are refused; 0: no limit.",
        };
        var memory = new Option<int>("--memory")
        {
            DefaultValueFactory = _ => new DuckDbOptions().MemoryLimitMiB,
            Description = "MiB of memory for the store's database, for all tools together; the collector itself " +
                "needs about 250 more. At least 128.",
        };
        memory.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < MinMemoryMiB and var given)
            {
                result.AddError(
                    $"--memory {given}: the store needs at least {MinMemoryMiB} MiB for its background work.");
            }
        });
        var command = new Command("serve", "Run a collector: it accepts batches, stores events and serves the " +
            "dashboard.")
        {
            data, manifests, listen, certificate, key, plain, @public, proxies, countries, rate, burst,
            newInstallations, reserve, memory,
        };
        command.Validators.Add(result =>
        {
            var encrypts = result.GetValue(certificate) is not null;
            if (encrypts != result.GetValue(key) is not null)
                result.AddError("--certificate and --key must be given together.");
            if (!encrypts && !result.GetValue(plain)
                && result.GetValue(listen) is { } to && !IPAddress.IsLoopback(to.Address))
            {
                result.AddError(
                    $"--listen {to}: clients on other machines would send unencrypted data to this address. Give " +
                    "--certificate and --key, or --plain-http if a proxy in front encrypts.");
            }
        });
        command.SetAction(result => RunAsync(new CollectorOptions
        {
            Tls = result.GetValue(certificate) is { } tls ? (tls, result.GetRequiredValue(key)!) : null,
            Limits = new Limits
            {
                MaxPrefixRate = result.GetValue(rate),
                MaxPrefixBurst = Math.Max(1, result.GetValue(burst)),
                MaxNewInstallations = Math.Max(0, result.GetValue(newInstallations)),
                MinFreeDiskBytes = (long)result.GetValue(reserve) << 20,
            },
            Data = result.GetRequiredValue(data),
            Manifests = result.GetRequiredValue(manifests),
            Listen = result.GetRequiredValue(listen),
            Public = result.GetValue(@public),
            Pages = BundledFolder("wwwroot"),
            TrustedProxies = result.GetValue(proxies) ?? [],
            Countries = result.GetValue(countries) ?? BundledFolder("countries"),
        }, result.GetValue(memory)));
        return command;
    }

    static async Task<int> RunAsync(CollectorOptions options, int memoryMiB)
    {
        var store = new DuckDbOptions
        {
            MemoryLimitMiB = memoryMiB,
            QueryProgram = QueryCommand.ChildProgram,
            Notice = text => Console.Error.WriteLine($"tallymark serve: warning: {text}"),
        };
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await using var collector = await CollectorServer.StartAsync(
                options, data => new DuckDbEventStore(data.Path, store), Console.Error, TimeProvider.System);
            await Console.Out.WriteLineAsync($"listening on {collector.Address.GetLeftPart(UriPartial.Authority)}");
            await Console.Out.FlushAsync();
            await stop.Task;
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or StoreException)
        {
            await Console.Error.WriteLineAsync($"tallymark serve: {e.Message}");
            if (e is DamagedFileException { File: var file })
                await Console.Error.WriteLineAsync(RepairCommand.SetAsideHint(options.Data, file));
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true; // end only after the received events are committed
            stop.TrySetResult();
        }
    }

    /// <summary>A folder beside the program; null if it does not exist.</summary>
    static string? BundledFolder(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name);
        return Directory.Exists(path) ? path : null;
    }

    static IPEndPoint? ParseEndPoint(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text.LastIndexOf(':') > text.LastIndexOf(']') && IPEndPoint.TryParse(text, out var address))
            return address;
        result.AddError($"--listen {text}: write an address and a port, 127.0.0.1:8080 or [::1]:8080.");
        return null;
    }

    [SuppressMessage("Performance", "CA1859", Justification = "The option requires this signature.")]
    static IPNetwork[]? ParseProxies(ArgumentResult result)
    {
        var proxies = new IPNetwork[result.Tokens.Count];
        for (var i = 0; i < proxies.Length; i++)
        {
            var text = result.Tokens[i].Value;
            if (!IPNetwork.TryParse(text, out proxies[i]))
            {
                if (!IPAddress.TryParse(text, out var address))
                {
                    result.AddError($"--trusted-proxy {text}: write an address or a network, 10.0.0.1 or 10.0.0.0/8.");
                    return null;
                }

                proxies[i] = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            }
        }

        return proxies;
    }
}
