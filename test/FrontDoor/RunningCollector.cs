// SPDX-License-Identifier: MIT
// A real `tallymark serve` in a folder of its own, which a test may kill and start again on the same data.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Tallymark.FrontDoor;

sealed partial class RunningCollector : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("tallymark-collector-").FullName;
    Process? _process;
    Task<string>? _errors;
    readonly string _manifests;
    string _listen = "127.0.0.1:0";

    RunningCollector(string manifests) => _manifests = manifests;

    public string Data => Path.Combine(_folder, "data");
    public string Published => Path.Combine(_folder, "public");
    public string Address { get; private set; } = "";
    public string Endpoint => $"{Address}/v1/batches";
    Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["HOME"] = _folder };

    /// <summary>Without a folder of manifests it knows kmpkg alone.</summary>
    public static async Task<RunningCollector> Start(string? manifests = null)
    {
        var collector = new RunningCollector(manifests ?? Path.GetDirectoryName(Product.ManifestFile)!);
        await collector.StartAgain();
        return collector;
    }

    /// <summary>Starts on the same data and, after the first time, on the same port.</summary>
    public async Task StartAgain()
    {
        var stop = TestContext.Current.CancellationToken;
        _process = Product.Start(
            Product.Tallymark,
            ["serve", "--data", Data, "--manifests", _manifests, "--listen", _listen, "--public", Published],
            Environment);
        _errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        const string Ready = "listening on ";
        var line = await _process.StandardOutput.ReadLineAsync(stop);
        if (line is null || !line.StartsWith(Ready, StringComparison.Ordinal))
            throw new InvalidOperationException($"the collector did not start: {line}\n{await _errors}");
        Address = line[Ready.Length..].Trim();
        _listen = new Uri(Address).Authority;
    }

    /// <summary>SIGKILL: no chance to tidy up.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM: drains and ends.</summary>
    public async Task<int> Stop()
    {
        Assert.Equal(0, SendSignal(_process!.Id, 15));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>What it answers to a request for a path of its own: the status and the text.</summary>
    public async Task<(int Status, string Text)> Get(string path)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        using var reply = await client.GetAsync(path, stop);
        Doors.Pass(Door.Collector);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(stop));
    }

    /// <summary>The text of a file that this collector's tools have published.</summary>
    public async Task<string> ReadPublished(string path)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Published, path), TestContext.Current.CancellationToken);
        Doors.Pass(Door.PublishedFile);
        return text;
    }

    public Task<Ended> Command(params string[] arguments) =>
        Product.Run(Product.Tallymark, arguments, Environment, TestContext.Current.CancellationToken);

    /// <summary>
    /// Every event in the store, read by DuckDB's own Node.js client: those that are counted (`main`), or those of the tool's own makers
    /// (`dev`). The collector must have stopped.
    /// </summary>
    public async Task<IReadOnlyList<Dictionary<string, JsonElement>>> Events(string tool = "kmpkg", string schema = "main")
    {
        var reader = Path.Combine(Product.Root, "eng/reader/read-store.mjs");
        var ended = await Product.Run(
            "node", [reader, Path.Combine(Data, "tools", tool), schema], Environment, TestContext.Current.CancellationToken);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        return [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line)!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            _process.Kill();
        if (_errors is not null)
            await _errors;
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
