// SPDX-License-Identifier: MIT

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>A collector in this process on a free port, with its own folder, and a client for it.</summary>
sealed class InProcessCollector : IAsyncDisposable
{
    readonly CollectorServer _server;
    readonly StringWriter _log;
    readonly bool _ownFolder;
    Action _release = () => { };
    bool _stopped;

    InProcessCollector(CollectorServer server, TempFolder folder, bool ownFolder, StringWriter log)
    {
        _ownFolder = ownFolder;
        _server = server;
        _log = log;
        Folder = folder;
        Http = new HttpClient { BaseAddress = server.Address };
    }

    public TempFolder Folder { get; }

    public string Data => Folder["data"];

    public HttpClient Http { get; }

    public Uri Address => _server.Address;

    public Uri Operations => _server.Operations;

    public IEnumerable<DocumentedRoute> Routes => _server.Routes;

    public Meter Meter => _server.Meter;

    /// <summary>
    /// Waits until runs of a periodic task have made it true; looks again after each run. With a fake clock, each run
    /// needs its turn.
    /// </summary>
    /// <param name="task">The task's name.</param>
    /// <param name="isTrue">The state that the task brings about.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="giveTurn">Called before each wait; null: the clock goes on by itself.</param>
    public async Task UntilAsync(
        string task, Func<bool> isTrue, CancellationToken cancel, Action? giveTurn = null)
    {
        while (true)
        {
            var run = _server.NextRunOf(task); // before the look, so that no run is missed
            if (isTrue())
                return;
            giveTurn?.Invoke();
            await run.WaitAsync(cancel);
        }
    }

    /// <summary>Waits until a periodic task has run from its beginning to its end.</summary>
    public async Task RunAsync(string task, CancellationToken cancel)
    {
        await _server.NextRunOf(task).WaitAsync(cancel); // may have begun before
        await _server.NextRunOf(task).WaitAsync(cancel);
    }

    public string Log => _log.ToString();

    /// <summary>Waits until every acknowledged batch is in the store. For tests that use their own client.</summary>
    public Task FlushAsync() => _server.FlushAsync();

    /// <summary>Has the collector read one step of the store's files, as it does every minute.</summary>
    public void ReadStep() => _server.ReadStep();

    /// <summary>Has the collector count the shared ids of yesterday, as it does every hour.</summary>
    public void CountSharedIds() => _server.CountSharedIds();

    public static async Task<InProcessCollector> StartAsync(
        FakeStore store, Func<CollectorOptions, CollectorOptions>? with = null)
    {
        var collector = await StartAsync(null, _ => store, with, journal: store.Journal);
        collector._release = () =>
        {
            store.Journal.Release();
            store.Release();
        };
        return collector;
    }

    /// <summary>Starts a collector with the real store.</summary>
    public static Task<InProcessCollector> StartAsync(
        TempFolder? folder = null, Func<CollectorOptions, CollectorOptions>? with = null) =>
        StartAsync(folder, data => new DuckDbEventStore(data.Path), with);

    /// <summary>
    /// Starts a collector with the manifest of the vectors, unless the folder already has manifests. The test deletes
    /// a folder that it passes.
    /// </summary>
    public static async Task<InProcessCollector> StartAsync(
        TempFolder? given, Func<DataFolder, IEventStore> store, Func<CollectorOptions, CollectorOptions>? with = null,
        TimeProvider? time = null, IJournal? journal = null)
    {
        var folder = given ?? new TempFolder();
        if (!Directory.Exists(folder["manifests"]))
            folder.Write("manifests/probe.yaml", Some.Manifest);
        var options = new CollectorOptions
        {
            Data = folder["data"],
            Manifests = folder["manifests"],
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
        };
        var log = new SharedLog();
        options = with?.Invoke(options) ?? options;
        time ??= TimeProvider.System;
        var server = journal is null
            ? await CollectorServer.StartAsync(options, store, log, time)
            : await CollectorServer.StartAsync(options, store, (_, _) => journal, log, time);
        return new InProcessCollector(server, folder, given is null, log);
    }

    public Task<Answer> SendAsync(params string[] lines) => SendAsync(Some.Batch(lines));

    public async Task<Answer> SendAsync(byte[] body, bool pack = true, string? forwardedFor = null)
    {
        using var content = new ByteArrayContent(pack ? Some.Packed(body) : body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (pack)
            content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/batches") { Content = content };
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        return await SendAsync(request);
    }

    /// <summary>Sends a batch and does not wait until it is in the store.</summary>
    public async Task<Answer> SendWithoutFlushAsync(params string[] lines)
    {
        using var content = new ByteArrayContent(Some.Batch(lines));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await Http.PostAsync(new Uri("v1/batches", UriKind.Relative), content);
        return await Answer.ReadAsync(response);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        if (answer.Status == 200 && request.RequestUri!.ToString().EndsWith("v1/batches", StringComparison.Ordinal))
            await _server.FlushAsync(); // a test reads the store as soon as it has its reply
        return answer;
    }

    /// <summary>Without a token the counters come from the operations address.</summary>
    public async Task<Answer> GetAsync(string path, string? token = null)
    {
        var isMetrics = token is null && path.StartsWith("metrics", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, isMetrics ? new Uri(_server.Operations, path) : new Uri(path, UriKind.Relative));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(request);
    }

    public async Task<Counters> CountersAsync(string tool = Some.Tool) =>
        Counters.Read((await GetAsync("metrics")).Text, tool);

    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _release(); // also after a failed test: a stop waits for the commits
        Http.Dispose();
        await _server.DisposeAsync();
        Assert.DoesNotContain("spec/openapi.json does not have that", Log, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownFolder)
            Folder.Dispose();
    }
}

/// <summary>A reply with its whole body.</summary>
sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The end of a problem's type.</summary>
    public string Problem => Json.GetProperty("type").GetString()!.Split('/')[^1];

    public long Stored => Json.GetProperty("stored").GetInt64();

    public long Received => Json.GetProperty("received").GetInt64();

    public Dictionary<string, long> Dropped => Json.GetProperty("dropped").EnumerateObject()
        .ToDictionary(p => p.Name, p => p.Value.GetInt64(), StringComparer.Ordinal);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
}

/// <summary>The events of a tool as <c>/metrics</c> shows them.</summary>
sealed record Counters(
    long Received, long Stored, IReadOnlyDictionary<string, long> Dropped, long Refused, long Pending)
{
    public bool AddUp => Received == Stored + Dropped.Values.Sum() + Refused + Pending;

    public static Counters Read(string metrics, string tool)
    {
        var values = metrics.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        var dropped = $"tallymark_events_dropped_total{{tool=\"{tool}\",reason=\"";
        return new Counters(
            Value("received_total"), Value("stored_total"),
            values.Where(v => v.Key.StartsWith(dropped, StringComparison.Ordinal))
                .ToDictionary(v => v.Key[dropped.Length..^2], v => Number(v.Value), StringComparer.Ordinal),
            Value("refused_total"), Value("pending"));

        long Value(string name) => Number(values[$"tallymark_events_{name}{{tool=\"{tool}\"}}"]);
        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}

/// <summary>Read while the collector writes.</summary>
file sealed class SharedLog() : StringWriter(CultureInfo.InvariantCulture)
{
    readonly System.Threading.Lock _gate = new();

    public override void WriteLine(string? value)
    {
        lock (_gate)
            base.WriteLine(value);
    }

    public override string ToString()
    {
        lock (_gate)
            return base.ToString();
    }
}
