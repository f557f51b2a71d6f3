// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.FrontDoor;

/// <summary>A real `tallymark serve` in a temporary folder. A test can kill and restart it on the same data.</summary>
sealed class RunningCollector : IAsyncDisposable
{
    readonly TempFolder _folder = new("tallymark-collector-");
    readonly MovedClock? _clock = MovedClock.TryCreate();
    ServeProcess? _serve;
    readonly string _manifests;
    readonly string[] _options;
    string _listen = "127.0.0.1:0";

    RunningCollector(string manifests, string[] options) => (_manifests, _options) = (manifests, options);

    public string Data => _folder["data"];
    public string Published => _folder["public"];
    public string Address { get; private set; } = "";
    public string Endpoint => $"{Address}/v1/batches";
    Dictionary<string, string> Environment =>
        new(_clock?.Variables ?? [], StringComparer.Ordinal) { ["HOME"] = _folder.Path };

    /// <summary>Its standard error; completes when it has exited.</summary>
    public Task<string> Log => _serve!.Ended;

    /// <summary>
    /// Starts a collector; without a folder of manifests it knows only kmpkg. A <see cref="SampleTool"/>'s manifest is
    /// alone in its folder. Options are added to `tallymark serve`.
    /// </summary>
    public static async Task<RunningCollector> Start(string? manifests = null, params string[] options)
    {
        var collector = new RunningCollector(manifests ?? Path.GetDirectoryName(Product.ManifestFile)!, options);
        await collector.StartAgain();
        return collector;
    }

    /// <summary>Starts on the same data and, after the first start, on the same port.</summary>
    public async Task StartAgain()
    {
        if (Interlocked.Exchange(ref _serve, null) is { } last)
            await last.DisposeAsync();
        // A test's few installations are all new and on one machine: without these options they would lift no row.
        _serve = await ServeProcess.Start(
            [Product.Tallymark, "serve", "--data", Data, "--manifests", _manifests, "--listen", _listen,
                "--public", Published, "--no-publishing", "--own-network", "0.0.0.0/0", "--own-network", "::/0", .. _options],
            Environment);
        Address = _serve.Address.OriginalString;
        _listen = _serve.Address.Authority;
    }

    /// <summary>SIGKILL: the collector can't clean up.</summary>
    public Task Kill() => _serve!.Kill();

    /// <summary>SIGTERM: the collector drains and exits.</summary>
    public async Task<int> Stop() => (await _serve!.Stop()).ExitCode;

    /// <summary>Requests a path of the collector; returns status and text.</summary>
    public async Task<(int Status, string Text)> Get(string path)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        using var reply = await client.GetAsync(
            path == "/metrics" ? _serve!.Metrics : new Uri(path, UriKind.Relative), stop);
        EntryPointLog.Record(EntryPoint.Collector);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(stop));
    }

    /// <summary>Sends a maintainer's query over the network, with that token or without one.</summary>
    public async Task<(int Status, string Text)> Query(string sql, string? token, string tool = "kmpkg")
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Address), $"/v1/query?tool={tool}"))
        {
            Content = new StringContent(sql, new System.Net.Http.Headers.MediaTypeHeaderValue("application/sql")),
        };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var reply = await client.SendAsync(request, stop);
        EntryPointLog.Record(EntryPoint.Collector);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(stop));
    }

    /// <summary>Creates a token with that name and role by the operator's command.</summary>
    public async Task<string> Token(string name, string role)
    {
        var added = await Command("token", "add", "--name", name, "--role", role, "--data", Data);
        Assert.True(added.ExitCode == 0, added.Errors);
        return added.Output.Trim();
    }

    /// <summary>Releases the current quarter, as <see cref="Publish"/> does; returns its name.</summary>
    public Task<string> PublishNow() => Publish("kmpkg", DateTime.UtcNow);

    /// <summary>
    /// Releases the quarter of a day; returns its name. No day is public before its events can't change any more, so
    /// the clock is moved past the end of the quarter, and back.
    /// </summary>
    public async Task<string> Publish(string tool, DateTime day)
    {
        Assert.SkipWhen(_clock is null, "A C compiler is required to move the clock of the collector.");
        var period = string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{day.Year}-q{(day.Month + 2) / 3}");
        var end = new DateTimeOffset(day.Year, (day.Month + 2) / 3 * 3, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        _clock.MoveTo(end.AddDays(60).AddHours(1));
        await AcceptClock();
        var published = await Command(
            "publish", "--tool", tool, "--period", period, "--to", Published, "--data", Data);
        _clock.Move(TimeSpan.Zero);
        await AcceptClock();
        Assert.True(published.ExitCode == 0, published.Errors);
        return period;
    }

    // As an operator does whose collector finds the clock far from where it was. The exit code is 1 if the collector
    // refuses a manifest that the test offered.
    async Task AcceptClock()
    {
        var accepted = await Command("reload", "--accept-clock", "--data", Data);
        Assert.True(accepted.ExitCode is 0 or 1, accepted.All);
    }

    /// <summary>Reads a published file.</summary>
    public async Task<string> ReadPublished(string path)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Published, path), TestContext.Current.CancellationToken);
        EntryPointLog.Record(EntryPoint.PublishedFile);
        return text;
    }

    public Task<ProcessResult> Command(params string[] arguments) =>
        Product.Run(Product.Tallymark, arguments, Environment, TestContext.Current.CancellationToken);

    /// <summary>
    /// Every event in the store, read by DuckDB's own Node.js client: counted events (`main`) or events of development
    /// builds (`dev`). The collector must have stopped.
    /// </summary>
    public async Task<IReadOnlyList<Dictionary<string, JsonElement>>> Events(
        string tool = "kmpkg", string schema = "main")
    {
        var reader = Path.Combine(Product.Root, "eng/reader/read-store.mjs");
        var ended = await Product.Run(
            "node", [reader, Path.Combine(Data, "tools", tool), schema], Environment,
            TestContext.Current.CancellationToken);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        return [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line)!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_serve is not null)
            await _serve.DisposeAsync();
        _clock?.Dispose();
        _folder.Dispose();
    }
}
