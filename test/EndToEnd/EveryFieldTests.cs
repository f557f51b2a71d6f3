// SPDX-License-Identifier: MIT
// The manifest is the only source: every output generated from it contains each of its fields.

using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class EveryFieldTests
{
    [Fact]
    public async Task Every_field_of_the_manifest_is_in_the_API_the_spool_line_the_table_and_the_dictionary()
    {
        var read = ManifestReader.Read(
            await File.ReadAllTextAsync(Product.ManifestFile, TestContext.Current.CancellationToken));
        var manifest = read.Manifest!;
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await DropOne(home, collector.Endpoint);
        await home.Kmpkg("search", "z");
        await home.Kmpkg("install", "zlib");
        await home.Kmpkg("list");
        await home.Kmpkg("remove", "zlib");
        await CrashEach(home);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        Assert.Equal(0, await collector.Stop());

        var lines = home.Lines("sent").Select(l => JsonDocument.Parse(l).RootElement)
            .ToLookup(l => l.GetProperty("event").GetString()!, StringComparer.Ordinal);
        var rows = (await collector.Events()).ToLookup(r => r["event"].GetString()!, StringComparer.Ordinal);
        var dictionary = (await collector.Command("dictionary", Product.ManifestFile)).Output;
        var json = JsonDocument.Parse((await collector.Command("dictionary", Product.ManifestFile, "--json")).Output);
        var words = json.RootElement.GetRawText();
        var api = Api();

        var checkedFields = 0;
        foreach (var e in manifest.Events)
        {
            var sent = lines[e.Name].Select(line => line.GetProperty("fields")).ToList();
            var row = rows[e.Name].First();
            if (e.CountsDropped)
                Assert.Equal(("1", 1, 1),
                    (row["dropped_events"].ToString(), rows[e.Name].Count(),
                        sent[0].GetProperty("dropped_events").GetInt32()));
            foreach (var field in manifest.FieldsOf(e))
            {
                var name = $"{e.Name}.{field.Name}";
                Assert.True(field.Source != FieldSource.Program
                    || api[e.Name].Contains(Pascal(field.Name)), $"{name}: no member");
                // Only the collector sets the country; a tool never sends it. Only a crash has a stack.
                var isSent = sent.Exists(line => line.TryGetProperty(field.Name, out _));
                Assert.True(isSent == (field.Source != FieldSource.Collector), $"{name}: spool line");
                Assert.True(row.ContainsKey(field.Name), $"{name}: no column");
                Assert.True(dictionary.Contains($"`{field.Name}`", StringComparison.Ordinal),
                    $"{name}: not in the dictionary");
                Assert.True(words.Contains($"\"{field.Name}\"", StringComparison.Ordinal),
                    $"{name}: not in the dictionary's JSON");
                checkedFields++;
            }
        }

        Assert.True(checkedFields >= 40, $"only {checkedFields} fields were checked");
    }

    [Fact]
    public async Task Nothing_that_the_manifest_does_not_declare_is_in_a_spool_line()
    {
        var read = ManifestReader.Read(
            await File.ReadAllTextAsync(Product.ManifestFile, TestContext.Current.CancellationToken));
        using var home = new Home();
        await home.SetUp();
        await home.Kmpkg("install", "zlib");
        var lines = home.Lines("spool");
        Assert.Equal(2, lines.Count);
        foreach (var line in lines.Select(l => JsonDocument.Parse(l).RootElement))
        {
            var declared = read.Manifest!.FieldsOf(read.Manifest.FindEvent(line.GetProperty("event").GetString()!)!)
                .Select(f => f.Name);
            Assert.Empty(line.GetProperty("fields").EnumerateObject().Select(p => p.Name)
                .Except(declared, StringComparer.Ordinal));
            Assert.Empty(line.EnumerateObject().Select(p => p.Name).Except(
                ["tallymark", "tool", "manifest", "agreed", "event", "time", "status", "fields"],
                StringComparer.Ordinal));
        }
    }

    // Makes the SDK drop an event that could not be sent for a month. The upload fails: the bound socket does not
    // listen, and no other process can bind its port.
    static async Task DropOne(Home home, string endpoint)
    {
        await home.Kmpkg("list");
        foreach (var file in Directory.GetFiles(Path.Combine(home.State, "spool")))
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-31));
        using var boundSocket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        boundSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        home.Connect($"http://{boundSocket.LocalEndPoint}/v1/batches");
        Assert.Equal(1, (await home.Telemetry("upload")).ExitCode);
        home.Connect(endpoint);
        Assert.Contains("Events dropped (too many or too old): 1\n", (await home.Telemetry("status")).Output,
            StringComparison.Ordinal);
    }

    // Each command crashes: `search` on a broken output, the others on a record that the tool can't have written.
    // The port to build installs a file that exists, so that kmpkg looks for its owner.
    static async Task CrashEach(Home home)
    {
        var ports = Directory.CreateDirectory(Path.Combine(home.InstallRoot, ".kmpkg/ports")).FullName;
        await File.WriteAllTextAsync(Path.Combine(ports, "fmt"), "no such line\n", TestContext.Current.CancellationToken);
        var taken = Path.Combine(home.InstallRoot, "include/zlib.h");
        Directory.CreateDirectory(Path.GetDirectoryName(taken)!);
        await File.WriteAllTextAsync(taken, "", TestContext.Current.CancellationToken);
        foreach (var command in (string[][])[["list"], ["install", "zlib"], ["remove", "fmt"]])
            Assert.Contains(nameof(InvalidDataException), (await home.Kmpkg(command)).Errors, StringComparison.Ordinal);
        home.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        Assert.Contains(
            nameof(NotSupportedException), (await home.Kmpkg("search")).Errors, StringComparison.Ordinal);
        home.Environment.Remove("DOTNET_STARTUP_HOOKS");
    }

    /// <summary>The settable members of each generated event, read from the built tool's own metadata.</summary>
    static Dictionary<string, HashSet<string>> Api()
    {
        var folder = Path.GetDirectoryName(Product.Kmpkg)!;
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var resolver = new PathAssemblyResolver(
            Directory.EnumerateFiles(runtime, "*.dll").Concat(Directory.EnumerateFiles(folder, "*.dll")));
        using var context = new MetadataLoadContext(resolver);
        var tool = context.LoadFromAssemblyPath(Path.Combine(folder, "kmpkg.dll"));
        return tool.GetTypes()
            .Where(t => t.BaseType?.FullName == "Tallymark.TelemetryEvent")
            .ToDictionary(
                t => Snake(t.Name[..^"Event".Length]),
                t => t.GetProperties().Where(p => p.CanWrite).Select(p => p.Name).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
    }

    static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0
            ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
