// SPDX-License-Identifier: MIT
// `tallymark serve`: runs a collector until it is told to stop.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;

namespace Tallymark.Cli;

static class ServeCommand
{
    const int SmallestMemoryMiB = 128;

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Required = true,
            Description = "The collector's own folder; made if it is not there.",
        };
        var manifests = new Option<string>("--manifests")
        {
            Required = true,
            Description = "The folder of telemetry manifests (*.yaml).",
        };
        var listen = new Option<IPEndPoint>("--listen")
        {
            Required = true,
            CustomParser = Address,
            Description = "Where to listen, 127.0.0.1:8080 or [::1]:0; port 0 takes a free one.",
        };
        var @public = new Option<string?>("--public") { Description = "The published folder, served at /public/." };
        var proxies = new Option<IPNetwork[]>("--trusted-proxy")
        {
            CustomParser = Proxies,
            AllowMultipleArgumentsPerToken = false,
            Description = "A proxy (address or network) whose X-Forwarded-For is believed; may be repeated.",
        };
        var countries = new Option<string?>("--countries")
        {
            Description = "The folder of country tables (start,end,code); default: those that came with it.",
        };
        var certificate = new Option<string?>("--certificate")
        {
            Description = "The certificate of the address with its chain, as PEM, for TLS; with --key. A renewed one is read by itself.",
        };
        var key = new Option<string?>("--key") { Description = "The certificate's key, as PEM." };
        var plain = new Option<bool>("--plain-http")
        {
            Description = "Listen without TLS on an address that others reach: for a proxy in front that encrypts.",
        };
        var rate = new Option<double>("--rate")
        {
            DefaultValueFactory = _ => new Limits().PrefixRate,
            Description = "Requests a second that one network (/24, /48) may make for ever; 0: no bound.",
        };
        var burst = new Option<int>("--rate-burst")
        {
            DefaultValueFactory = _ => new Limits().PrefixBurst,
            Description = "How many it may make at once.",
        };
        var newcomers = new Option<int>("--new-installations")
        {
            DefaultValueFactory = _ => new Limits().NewInstallations,
            Description =
                "New installations that one network (/24, /48) may bring a day; events of more are stored and lift nothing over a threshold. 0: no bound.",
        };
        var reserve = new Option<int>("--disk-reserve")
        {
            DefaultValueFactory = _ => (int)(new Limits().DiskReserve >> 20),
            Description = "MiB of free disk below which batches are refused until there is room; 0: no bound.",
        };
        var memory = new Option<int>("--memory")
        {
            DefaultValueFactory = _ => new DuckDbOptions().MemoryLimitMiB,
            Description = "MiB of memory that the store's database may take for all tools together; the collector takes some 250 more. At least 128.",
        };
        memory.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < SmallestMemoryMiB and var given)
                result.AddError($"--memory {given}: the store's work in the background needs at least {SmallestMemoryMiB}.");
        });
        var command = new Command("serve", "Run a collector: takes batches, stores events, serves the dashboard.")
        {
            data, manifests, listen, certificate, key, plain, @public, proxies, countries, rate, burst, newcomers, reserve, memory,
        };
        command.Validators.Add(result =>
        {
            var encrypts = result.GetValue(certificate) is not null;
            if (encrypts != result.GetValue(key) is not null)
                result.AddError("--certificate and --key go together.");
            if (!encrypts && !result.GetValue(plain) && result.GetValue(listen) is { } to && !IPAddress.IsLoopback(to.Address))
            {
                result.AddError(
                    $"--listen {to}: others reach this address, and without TLS they would send in the clear. Give --certificate " +
                    "and --key, or --plain-http where a proxy in front encrypts.");
            }
        });
        command.SetAction(result => RunAsync(new CollectorOptions
        {
            Tls = result.GetValue(certificate) is { } tls ? (tls, result.GetRequiredValue(key)!) : null,
            Limits = new Limits
            {
                PrefixRate = result.GetValue(rate),
                PrefixBurst = Math.Max(1, result.GetValue(burst)),
                NewInstallations = Math.Max(0, result.GetValue(newcomers)),
                DiskReserve = (long)result.GetValue(reserve) << 20,
            },
            Data = result.GetRequiredValue(data),
            Manifests = result.GetRequiredValue(manifests),
            Listen = result.GetRequiredValue(listen),
            Public = result.GetValue(@public),
            Pages = Beside("wwwroot"),
            TrustedProxies = result.GetValue(proxies) ?? [],
            Countries = result.GetValue(countries) ?? Beside("countries"),
            QueryProgram = QueryCommand.ChildProgram,
        }, result.GetValue(memory)));
        return command;
    }

    static async Task<int> RunAsync(CollectorOptions options, int memoryMiB)
    {
        var store = new DuckDbOptions { MemoryLimitMiB = memoryMiB, Notice = text => Console.Error.WriteLine($"tallymark serve: warning: {text}") };
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
            if (e is StoreException { File: { } file })
                await Console.Error.WriteLineAsync(RepairCommand.HowToGoOn(options.Data, file));
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true; // not at once: what was received is committed first
            stop.TrySetResult();
        }
    }

    /// <summary>A folder that came with the program, or null.</summary>
    static string? Beside(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name);
        return Directory.Exists(path) ? path : null;
    }

    static IPEndPoint? Address(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text.LastIndexOf(':') > text.LastIndexOf(']') && IPEndPoint.TryParse(text, out var address))
            return address;
        result.AddError($"--listen {text}: write an address and a port, 127.0.0.1:8080 or [::1]:8080.");
        return null;
    }

    [SuppressMessage("Performance", "CA1859", Justification = "The option's parser has this form.")]
    static IPNetwork[]? Proxies(ArgumentResult result)
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
