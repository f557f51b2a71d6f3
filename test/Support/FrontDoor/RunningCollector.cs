// SPDX-License-Identifier: MIT
// A real `tallymark serve` in a folder of its own, which a test may kill and start again on the same data.

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Tallymark.FrontDoor;

sealed partial class RunningCollector : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("tallymark-collector-").FullName;
    Process? _process;
    Task<string>? _errors;
    readonly string _manifests;
    readonly string[] _options;
    string _listen = "127.0.0.1:0";

    RunningCollector(string manifests, string[] options) => (_manifests, _options) = (manifests, options);

    public string Data => Path.Combine(_folder, "data");
    public string Published => Path.Combine(_folder, "public");
    public string Address { get; private set; } = "";
    public string Endpoint => $"{Address}/v1/batches";
    Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["HOME"] = _folder };

    /// <summary>What it has said on standard error, whole once it has ended.</summary>
    public Task<string> Log => _errors!;

    /// <summary>Without a folder of manifests it knows kmpkg alone. Options are further ones of `tallymark serve`.</summary>
    public static async Task<RunningCollector> Start(string? manifests = null, params string[] options)
    {
        var collector = new RunningCollector(manifests ?? Path.GetDirectoryName(Product.ManifestFile)!, options);
        await collector.StartAgain();
        return collector;
    }

    /// <summary>Starts on the same data and, after the first time, on the same port.</summary>
    public async Task StartAgain()
    {
        var stop = TestContext.Current.CancellationToken;
        _process = Product.Start(
            Product.Tallymark,
            ["serve", "--data", Data, "--manifests", _manifests, "--listen", _listen, "--public", Published, .. _options],
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

    /// <summary>What it answers to a maintainer's question over the network, with that token or with none.</summary>
    public async Task<(int Status, string Text)> Query(string sql, string? token)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Address), "/v1/query?tool=kmpkg"))
        {
            Content = new StringContent(sql, new System.Net.Http.Headers.MediaTypeHeaderValue("application/sql")),
        };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var reply = await client.SendAsync(request, stop);
        Doors.Pass(Door.Collector);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(stop));
    }

    /// <summary>A token of that name and role, made as an operator makes it.</summary>
    public async Task<string> Token(string name, string role)
    {
        var added = await Command("token", "add", "--name", name, "--role", role, "--data", Data);
        Assert.True(added.ExitCode == 0, added.Errors);
        return added.Output.Trim();
    }

    /// <summary>Publishes the quarter of now while it is still open; gives its name.</summary>
    public Task<string> PublishNow() => Publish("kmpkg", DateTime.UtcNow);

    /// <summary>Publishes the quarter of a day, which is still open; gives its name.</summary>
    public async Task<string> Publish(string tool, DateTime day)
    {
        var period = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{day.Year}-q{(day.Month + 2) / 3}");
        var published = await Command(
            "publish", "--tool", tool, "--period", period, "--provisional", "--to", Published, "--data", Data);
        Assert.True(published.ExitCode == 0, published.Errors);
        return period;
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
