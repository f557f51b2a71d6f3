// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tallymark.AspNetCore.Tests;

/// <summary>
/// A tracker: a real web server on a free port with the relay, and the home folder of the user who started it.
/// </summary>
sealed class Server : IAsyncDisposable
{
    /// <summary>The clock's time at the start of each test.</summary>
    public static readonly DateTimeOffset StartTime = new(2026, 11, 20, 10, 51, 21, 123, TimeSpan.Zero);

    /// <summary>The page's own headers, which the relay must leave as they are.</summary>
    public const string PagePolicy = "default-src 'self'";

    static readonly AsyncLocal<SdkEnvironment?> Here = new();

    readonly TempFolder _home = new();
    readonly Dictionary<string, string> _variables = [];
    readonly List<string> _log = [];
    readonly SdkEnvironment _environment;
    TrackerTelemetry? _telemetry;
    WebApplication? _app;

    static Server() => SdkEnvironment.OfTests = () => Here.Value;

    Server(DateTimeOffset now)
    {
        Clock = new FakeTimeProvider(now);
        _variables["HOME"] = _home.Path;
        _environment = new SdkEnvironment
        {
            Variables = name => _variables.GetValueOrDefault(name),
            ProgramFolder = _home.Create("program"),
            PolicyFile = _home["policy"],
            Time = Clock,
            Terminals = descriptor => Terminals.Contains(descriptor),
            Listener = text => Said.Append(text),
            Reader = text => Said.Append(text),
            Network = endpoint => Collector is { } collector ? new Uri(collector) : endpoint,

            // Otherwise the upload of a test that records much could still write while its folder is removed.
            UploadsInBackground = false,
        };
    }

    /// <summary>Where connections to the manifest's endpoint lead. Null, the default: nothing is uploaded.</summary>
    public string? Collector
    {
        get;
        set
        {
            field = value;
            _environment.UploadsInBackground = value is not null;
        }
    }

    public FakeTimeProvider Clock { get; }

    public HashSet<int> Terminals { get; } = [];

    /// <summary>Everything that the tool printed.</summary>
    public StringBuilder Said { get; } = new();

    /// <summary>Runs in each request with records, after its checks, and again if the id changes meanwhile.</summary>
    public Action BeforeRecords { get; set; } = () => { };

    /// <summary>Runs after the program has set the common fields of a request.</summary>
    public Action AfterFields { get; set; } = () => { };

    /// <summary>The workspace among the common fields. Default: none.</summary>
    public string? Workspace { get; set; }

    /// <summary>The web server's own limit of a body. Default: its default.</summary>
    public long? MaxRequestBodySize { get; set; }

    public HttpClient Client { get; private set; } = null!;

    public Uri Address => Client.BaseAddress!;

    /// <summary>Everything that the web server logged, at every level.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    /// <summary>The user's home folder.</summary>
    public string Home => _home.Path;

    public string State => _home[".local/state/tallymark/tracker"];

    public string this[string variable]
    {
        set => _variables[variable] = value;
    }

    /// <summary>Starts a tracker whose notice no person has seen.</summary>
    /// <param name="prepare">Runs before the start.</param>
    /// <param name="now">The clock's time. Default: <see cref="StartTime"/>.</param>
    public static async Task<Server> Start(Action<Server>? prepare = null, DateTimeOffset? now = null)
    {
        var server = new Server(now ?? StartTime);
        prepare?.Invoke(server);
        Here.Value = server._environment;
        server._telemetry = TrackerTelemetry.Start([]);
        server._telemetry.PageFields = run =>
        {
            server.BeforeRecords();
            run.Scheme = "sqlite:///tracker.db";
            run.Workspace = server.Workspace;
            server.AfterFields();
        };
        await server.Listen();
        return server;
    }

    /// <summary>Starts a tracker whose notice a person has seen on the page.</summary>
    public static async Task<Server> StartSeen(Action<Server>? prepare = null)
    {
        var server = await Start(prepare);
        Assert.Equal(HttpStatusCode.NoContent, (await server.See(await server.Scope())).StatusCode);
        return server;
    }

    /// <summary>Runs <c>tracker telemetry ...</c> as the user of this home.</summary>
    public int Command(params string[] args)
    {
        Here.Value = _environment;
        return TrackerTelemetry.Command(args);
    }

    public async Task<JsonElement> Settings() => JsonDocument.Parse(
        await Client.GetStringAsync("tallymark/settings", TestContext.Current.CancellationToken)).RootElement;

    public async Task<string> Scope() => (await Settings()).GetProperty("scope").GetString()!;

    public Task<HttpResponseMessage> See(string scope) => Post("seen", $$"""{"scope":"{{scope}}"}""");

    /// <summary>Posts records under the scope of the settings.</summary>
    public async Task<HttpResponseMessage> Send(params IEnumerable<string> records) =>
        await Post("events", Some.Body(await Scope(), records));

    /// <summary>Posts records; returns the three numbers of the answer.</summary>
    public async Task<(int Taken, int Known, int Dropped)> Count(params IEnumerable<string> records)
    {
        using var response = await Send(records);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var json = JsonDocument.Parse(
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.True(json.GetProperty("on").GetBoolean());
        Assert.Equal(await Scope(), json.GetProperty("scope").GetString());
        return (json.GetProperty("taken").GetInt32(), json.GetProperty("known").GetInt32(),
            json.GetProperty("dropped").GetInt32());
    }

    public Task<HttpResponseMessage> Post(
        string name, string body, string type = "application/json", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "tallymark/" + name)
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        foreach (var (header, value) in headers)
            request.Headers.TryAddWithoutValidation(header, value);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The tool ends its telemetry while its web server still answers.</summary>
    public void EndTelemetry() => _telemetry!.Dispose();

    /// <summary>Ends the tracker; returns all lines of the spool.</summary>
    public async Task<string[]> Stop()
    {
        if (_app is not null)
        {
            await _app.StopAsync(TestContext.Current.CancellationToken); // ends the requests that have begun
            await _app.DisposeAsync();
        }

        _app = null;
        _telemetry?.Dispose();
        var spool = Path.Combine(State, "spool");
        return Directory.Exists(spool)
            ? [.. Directory.GetFiles(spool, "*.ndjson").SelectMany(file => File.ReadAllLines(file))]
            : [];
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Client.Dispose();
        _home.Dispose();
    }

    async Task Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new ToList(_log));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (MaxRequestBodySize is { } max)
            builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = max);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = PagePolicy;
            return next(context);
        });
        _app.MapTallymark(_telemetry!);
        _app.MapGet("/", () => Results.Content(Some.Page, "text/html"));
        _app.MapGet("/other", () => Results.Content("<h1>Other</h1>", "text/html"));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single() + "/") };

        // As a browser does with each POST.
        Client.DefaultRequestHeaders.Add("Origin", _app.Urls.Single());
    }

    sealed class ToList(List<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (log)
                log.Add(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }
}
