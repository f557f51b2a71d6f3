// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Tallymark.Cli;

/// <summary><c>tallymark serve</c>: runs a collector until SIGTERM or SIGINT; SIGHUP reloads.</summary>
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
        var listen = new Option<EndPoint>("--listen")
        {
            Required = true,
            CustomParser = ListenAddress.Parse,
            Description = "The address to listen on: 127.0.0.1:8080, [::1]:0, localhost:8080 or " +
                "unix:/run/tallymark/http.sock; port 0 takes a free port. X-Forwarded-For is trusted on a socket file.",
        };
        var operations = new Option<IPEndPoint?>("--operations")
        {
            CustomParser = ParseOperations,
            Description = "The address of /metrics, which needs no token there; default: 127.0.0.1 and the port " +
                "after that of --listen.",
        };
        var @public = new Option<string?>("--public")
        {
            Description = "The published folder, served at /public/. The collector publishes into it by itself, " +
                "once a day: previews of the days that ended more than 60 days ago, and each period's release.",
        };
        var unpublished = new Option<bool>("--no-publishing")
        {
            Description = "Leave the published folder to `tallymark publish`, for example from a timer.",
        };
        var proxies = new Option<IPNetwork[]>("--trusted-proxy")
        {
            CustomParser = ParseNetworks,
            AllowMultipleArgumentsPerToken = false,
            Description = "A proxy (address or network) whose X-Forwarded-For is trusted; can be repeated.",
        };
        var own = new Option<IPNetwork[]>("--own-network")
        {
            CustomParser = ParseNetworks,
            AllowMultipleArgumentsPerToken = false,
            Description = "A network (or address) that you vouch for, such as your organisation's: its installations " +
                "count each for itself and from their first day; can be repeated.",
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
        var rate = NumberOption.Real(
            "--rate", 0, 1_000_000, new Limits().MaxPrefixRate,
            "Requests per second that one network (/24, /48) may make in the long run; 0: no limit.");
        var burst = NumberOption.Whole(
            "--rate-burst", 1, 1_000_000, new Limits().MaxPrefixBurst, "Requests that one network may make at once.");
        var newInstallations = NumberOption.Whole(
            "--new-installations", 0, 1_000_000_000, new Limits().MaxNewInstallations,
            "New installations per day from one network (/24, /48). Events of further new installations are stored " +
            "but not counted. 0: no limit.");
        var deletions = NumberOption.Whole(
            "--deletions", 0, 1_000_000_000, new Limits().MaxNetworkProofs,
            "Installations per day whose deletion one network (/24, /48) may request. Further requests are refused " +
            "for now, and the clients send them again. 0: no limit.");
        var reserve = NumberOption.Whole(
            "--disk-reserve", 0, int.MaxValue, (int)(new Limits().MinFreeDiskBytes >> 20),
            "MiB of free disk space below which batches are refused; 0: no limit.");
        var memory = NumberOption.Whole(
            "--memory", MinMemoryMiB, int.MaxValue, new DuckDbOptions().MemoryLimitMiB,
            "MiB of memory for the store's database, for all tools together; the collector itself needs about 250 " +
            $"more. At least {MinMemoryMiB}, for the store's background work.");
        var logFormat = new Option<LogFormat>("--log-format")
        {
            DefaultValueFactory = _ => LogFormat.Text,
            CustomParser = ParseLogFormat,
            Description = "The form of the log on standard error: text, or json, one object a line. In the journal " +
                "of systemd each line has its priority.",
        };
        var config = new Option<string?>("--config")
        {
            Description = "A JSON file with options, such as {\"rate\": 20, \"trusted-proxy\": [\"10.0.0.7\"]}. An " +
                $"environment variable ({ConfiguredOptions.Prefix}RATE) or an argument has precedence.",
        };
        var command = new Command("serve", "Run a collector: it accepts batches, stores events and serves the " +
            "dashboard.")
        {
            data, manifests, listen, operations, certificate, key, plain, @public, unpublished, proxies, own, countries,
            rate, burst, newInstallations, deletions, reserve, memory, logFormat, config,
        };
        command.Validators.Add(result =>
        {
            var encrypts = result.GetValue(certificate) is not null;
            if (encrypts != result.GetValue(key) is not null)
                result.AddError("--certificate and --key must be given together.");
            if (!encrypts && !result.GetValue(plain)
                && result.GetValue(listen) is IPEndPoint to && !IPAddress.IsLoopback(to.Address))
            {
                result.AddError(
                    $"--listen {to}: clients on other machines would send unencrypted data to this address. Give " +
                    "--certificate and --key, or --plain-http if a proxy in front encrypts.");
            }

            if (!result.GetValue(plain) && result.GetValue(operations) is { } own && !IPAddress.IsLoopback(own.Address))
            {
                result.AddError(
                    $"--operations {own}: counters would cross the network unencrypted. Use a loopback address, or " +
                    "--plain-http if only your own machines reach this address.");
            }
        });
        command.SetAction(result => RunAsync(new CollectorOptions
        {
            Tls = result.GetValue(certificate) is { } tls ? (tls, result.GetRequiredValue(key)!) : null,
            Limits = new Limits
            {
                MaxPrefixRate = result.GetValue(rate),
                MaxPrefixBurst = result.GetValue(burst),
                MaxNewInstallations = result.GetValue(newInstallations),
                MaxNetworkProofs = result.GetValue(deletions),
                MinFreeDiskBytes = (long)result.GetValue(reserve) << 20,
            },
            Log = new LogStyle(result.GetValue(logFormat), LogStyle.IsJournal()),
            Data = result.GetRequiredValue(data),
            Manifests = result.GetRequiredValue(manifests),
            Listen = result.GetRequiredValue(listen),
            Operations = result.GetValue(operations) ?? NextPort(result.GetRequiredValue(listen)),
            Public = result.GetValue(@public),
            Pages = BundledFolder("wwwroot"),
            TrustedProxies = result.GetValue(proxies) ?? [],
            OwnNetworks = result.GetValue(own) ?? [],
            Countries = result.GetValue(countries) ?? BundledFolder("countries"),
            Folding = folder => new DayFolding(folder.Folded),
        }, result.GetValue(memory), publishes: !result.GetValue(unpublished),
            ownOperations: result.GetValue(operations) is not null));
        return command;
    }

    static async Task<int> RunAsync(CollectorOptions options, int memoryMiB, bool publishes, bool ownOperations)
    {
        try
        {
            await using var log = new LogQueue(StandardStreams.OpenError());
            var store = new DuckDbOptions
            {
                MemoryLimitMiB = memoryMiB,
                QueryProgram = QueryCommand.ChildProgram,
                Notice = text => log.WriteLine(options.Log.StoreWarning(TimeProvider.System.GetUtcNow(), text)),
            };
            using var signals = new ServeSignals();
            await using var collector = await CollectorServer.StartAsync(
                options, data => new DuckDbEventStore(data.Path, store), log, TimeProvider.System);
            WriteAddress("listening on", collector.ListensOn);
            WriteAddress("operations on", collector.Operations.GetLeftPart(UriPartial.Authority));
            using var ending = new CancellationTokenSource();
            var updates = publishes && options.Public is { } folder
                ? new PublicFolderUpdates(options.Data, folder, TimeProvider.System, log).RunAsync(ending.Token)
                : Task.CompletedTask;
            await signals.UntilStopAsync(collector.ReloadAsync);
            await ending.CancelAsync();
            await updates;
            return 0;
        }
        catch (ListenException e) when (e.Option == "--operations" && !ownOperations)
        {
            throw new ListenException(e.Option, $"{e.Address} (its default)", e.Reason);
        }
        catch (Exception e) when (e is not ListenException
            and (IOException or UnauthorizedAccessException or FormatException or StoreException))
        {
            await Console.Error.WriteLineAsync($"tallymark serve: {e.Message}");
            if (e is DamagedFileException { File: var file })
                await Console.Error.WriteLineAsync(RepairCommand.SetAsideHint(options.Data, file));
            return 1;
        }
    }

    // A collector whose standard output is full or closed serves all the same.
    static void WriteAddress(string what, string address)
    {
        try
        {
            Console.Out.WriteLine($"{what} {address}");
            Console.Out.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark serve: {what} {address}; standard output: {e.Message}");
        }
    }

    // Loopback only: the counters need no token there.
    static IPEndPoint NextPort(EndPoint listen)
    {
        var port = listen switch
        {
            IPEndPoint address => address.Port,
            DnsEndPoint local => local.Port,
            _ => 0,
        };
        return new(IPAddress.Loopback, port is 0 or IPEndPoint.MaxPort ? 0 : port + 1);
    }

    static IPEndPoint? ParseOperations(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text.LastIndexOf(':') > text.LastIndexOf(']') && IPEndPoint.TryParse(text, out var address))
            return address;
        result.AddError($"--operations {text}: write an address and a port, 127.0.0.1:8081 or [::1]:8081.");
        return null;
    }

    /// <summary>A folder beside the program; null if it does not exist.</summary>
    static string? BundledFolder(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name);
        return Directory.Exists(path) ? path : null;
    }

    static LogFormat ParseLogFormat(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text is "text" or "json")
            return text == "json" ? LogFormat.Json : LogFormat.Text;
        result.AddError($"--log-format {text}: write text or json.");
        return default;
    }

    [SuppressMessage("Performance", "CA1859", Justification = "The option requires this signature.")]
    static IPNetwork[]? ParseNetworks(ArgumentResult result)
    {
        var networks = new IPNetwork[result.Tokens.Count];
        for (var i = 0; i < networks.Length; i++)
        {
            var text = result.Tokens[i].Value;
            if (!IPNetwork.TryParse(text, out networks[i]))
            {
                if (!IPAddress.TryParse(text, out var address))
                {
                    var option = (result.Parent as OptionResult)?.Option.Name;
                    result.AddError($"{option} {text}: write an address or a network, 10.0.0.1 or 10.0.0.0/8.");
                    return null;
                }

                networks[i] = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            }
        }

        return networks;
    }
}
