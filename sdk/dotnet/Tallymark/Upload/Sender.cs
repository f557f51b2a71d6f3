// SPDX-License-Identifier: MIT
// One exchange with the collector (spec/wire.md): a batch or proofs go out, the answer becomes one of four outcomes.

using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tallymark.Upload;

/// <summary>What becomes of a batch after one exchange. A closed set.</summary>
enum Outcome
{
    /// <summary>The collector has it on disk and repeated its id and count.</summary>
    Accepted,
    /// <summary>Nobody knows, or not now: it stays as it is.</summary>
    Later,
    /// <summary>The collector finds it too large.</summary>
    Split,
    /// <summary>The collector will never take it.</summary>
    Never,
}

/// <summary>An outcome with what is worth knowing about it.</summary>
/// <param name="Outcome">What becomes of the batch.</param>
/// <param name="Detail">For people, a few words.</param>
/// <param name="Body">What was answered.</param>
/// <param name="Wait">How long the collector asked to wait.</param>
/// <param name="OnlyThis">Another batch may fare better now.</param>
/// <param name="Who">Who answered.</param>
readonly record struct Reply(
    Outcome Outcome, string Detail, byte[]? Body = null, TimeSpan? Wait = null, bool OnlyThis = false, Answerer Who = Answerer.Nobody);

/// <summary>Who answered.</summary>
enum Answerer
{
    /// <summary>Nobody, or it was not sent.</summary>
    Nobody,
    /// <summary>Somebody between, or something else at that address.</summary>
    Foreign,
    /// <summary>A collector.</summary>
    Collector,
}

/// <summary>Sends batches, or requests to delete, to one collector. Used by one thread.</summary>
sealed class Sender : IDisposable
{
    const string Mark = "Tallymark-Collector";
    const int LargestReply = 64 * 1024;
    const int LargestBody = 512 * 1024;

    /// <summary>Most proofs in one request to delete (spec/wire.md).</summary>
    internal const int MostProofs = 100;

    readonly Uri _endpoint;
    readonly TimeProvider _time;
    readonly TimeSpan _longest;
    readonly HttpClient _client;

    Sender(Uri endpoint, SdkEnvironment surroundings)
    {
        _endpoint = endpoint;
        _time = surroundings.Time;
        _longest = surroundings.AnswerTimeout;
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = surroundings.ConnectTimeout,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            Proxy = new ProxyWithoutCredentials(),
        };
        _client = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestReply,
        };
    }

    /// <summary>
    /// The address to send to; null where it is refused: plain <c>http:</c> goes to a loopback address only, and so does
    /// the address of the variable <c>TALLYMARK_ENDPOINT</c>, whatever its scheme.
    /// </summary>
    internal static Uri? Endpoint(ToolDefinition tool, SdkEnvironment surroundings)
    {
        return Override(surroundings) ?? Allowed(tool.Endpoint);
    }

    /// <summary>The address of the variable, if there is one that replaces the endpoint.</summary>
    internal static Uri? Override(SdkEnvironment surroundings)
    {
        var other = surroundings.Variable("TALLYMARK_ENDPOINT");
        return !string.IsNullOrEmpty(other) && IsOverride(other) ? Parse(other) : null;
    }

    /// <summary>True for a value of the variable that replaces the endpoint.</summary>
    internal static bool IsOverride(string address) => Parse(address) is { } uri && IsLoopback(uri);

    /// <summary>The address, if something may be sent there: <c>https:</c>, or <c>http:</c> to a loopback address.</summary>
    internal static Uri? Allowed(string address) =>
        Parse(address) is { } uri && (uri.Scheme == Uri.UriSchemeHttps || IsLoopback(uri)) ? uri : null;

    internal static Sender To(Uri endpoint, SdkEnvironment surroundings) => new(endpoint, surroundings);

    /// <summary>Sends a batch and waits for the answer. Everything that can go wrong on the way is an outcome.</summary>
    internal async Task<Reply> Send(Batch batch, string tool)
    {
        var body = Compress(batch, tool);
        if (body.Length > LargestBody)
            return new Reply(Outcome.Split, "too large");
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        content.Headers.ContentEncoding.Add("gzip");
        return await Exchange(_endpoint, content, IsAboutIt);

        bool IsAboutIt(byte[] reply) => Text(reply, "batch") == batch.Id && Number(reply, "received") == batch.Events;
    }

    /// <summary>
    /// Asks for the deletion of what the installations with these proofs have sent. <see cref="Outcome.Accepted"/>: the
    /// collector repeated the tool and how many they are; after anything else nobody knows.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="proofs">64 hexadecimal digits each, at most <see cref="MostProofs"/>.</param>
    internal Task<Reply> Delete(string tool, IReadOnlyCollection<string> proofs)
    {
        var body = "{\"tallymark\":1,\"tool\":\"" + tool + "\",\"proofs\":[\"" + string.Join("\",\"", proofs) + "\"]}";
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Exchange(DeletionsOf(_endpoint), content, IsAboutIt);

        bool IsAboutIt(byte[] reply) => Text(reply, "tool") == tool && Number(reply, "received") == proofs.Count;
    }

    /// <summary>Where a collector takes requests to delete: beside its address for batches.</summary>
    internal static Uri DeletionsOf(Uri endpoint) => new(endpoint, "deletions");

    public void Dispose() => _client.Dispose();

    async Task<Reply> Exchange(Uri to, HttpContent content, Func<byte[], bool> isAboutIt)
    {
        using var limit = new CancellationTokenSource(_longest, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = content };
            request.Headers.UserAgent.Add(Agent());
            using var response = await _client.SendAsync(request, limit.Token);
            var reply = Judge(response, await response.Content.ReadAsByteArrayAsync(limit.Token), isAboutIt);
            return reply with { Who = Who(response) };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return NoAnswer(e);
        }
    }

    /// <summary>
    /// Asks for the settings of a tool (spec/settings.md) and waits for the answer. Accepted: it is a collector's, whether
    /// it is settings or not; later: anything else.
    /// </summary>
    internal async Task<Reply> AskForSettings(string tool)
    {
        using var limit = new CancellationTokenSource(_longest, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_endpoint, "settings?tool=" + tool));
            request.Headers.UserAgent.Add(Agent());
            using var response = await _client.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            var who = Who(response);
            var text = "status " + (int)response.StatusCode + (who == Answerer.Collector ? "" : ", not from a collector");
            return response.StatusCode == HttpStatusCode.OK && who == Answerer.Collector
                ? new Reply(Outcome.Accepted, text, body, Who: who)
                : new Reply(Outcome.Later, text, body, Wait(response, who), Who: who);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return NoAnswer(e);
        }
    }

    Reply Judge(HttpResponseMessage response, byte[] body, Func<byte[], bool> isAboutIt)
    {
        var status = (int)response.StatusCode;
        var text = "status " + status;
        if (Who(response) != Answerer.Collector)
            return new Reply(Outcome.Later, text + ", not from a collector");
        var problem = status >= 400 ? Text(body, "type") : null;
        if (problem is not null)
            text += ", " + problem[(problem.LastIndexOf('/') + 1)..];
        switch (status)
        {
            case 200:
                return isAboutIt(body)
                    ? new Reply(Outcome.Accepted, text, body)
                    : new Reply(Outcome.Later, text + ", but not about what was sent");
            case 413:
                return new Reply(Outcome.Split, text, body);
            case 408 or 429 or >= 500:
                return new Reply(Outcome.Later, text, body, Wait(response, Answerer.Collector), text.EndsWith("unknown-manifest", StringComparison.Ordinal));
            case >= 400:
                return new Reply(Outcome.Never, text, body);
            default:
                return new Reply(Outcome.Later, text);
        }
    }

    // Only what a collector asks for counts.
    TimeSpan? Wait(HttpResponseMessage response, Answerer who) =>
        who == Answerer.Collector ? Pauses.RetryAfter(response.Headers.RetryAfter, _time.GetUtcNow()) : null;

    static ProductInfoHeaderValue Agent() => new("tallymark", "1");

    static Answerer Who(HttpResponseMessage response) =>
        response.Headers.Contains(Mark) ? Answerer.Collector : Answerer.Foreign;

    static Reply NoAnswer(Exception cause) =>
        new(Outcome.Later, cause is OperationCanceledException ? "no answer in time" : cause.Message);

    static byte[] Compress(Batch batch, string tool)
    {
        var head = "{\"tallymark\":1,\"batch\":\"" + batch.Id + "\",\"tool\":\"" + tool + "\",\"events\":" + batch.Events + "}\n";
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.ASCII.GetBytes(head));
            gzip.Write(batch.Lines);
        }

        return packed.ToArray();
    }

    static string? Text(byte[] body, string member) =>
        Member(body, member) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    static int? Number(byte[] body, string member) =>
        Member(body, member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    static JsonElement? Member(byte[] body, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out var value)
                ? value.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static Uri? Parse(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0
            ? uri
            : null;

    static bool IsLoopback(Uri uri) =>
        uri.IdnHost == "localhost" || (IPAddress.TryParse(uri.IdnHost, out var address) && IPAddress.IsLoopback(address));

    /// <summary>The machine's proxy, but never a credential: neither this user's nor one in the proxy's address.</summary>
    sealed class ProxyWithoutCredentials : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => null;
            set { }
        }

        public Uri? GetProxy(Uri destination) => HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => IsLoopback(host) || HttpClient.DefaultProxy.IsBypassed(host);
    }
}

/// <summary>How long to wait after a failed occasion. Pure.</summary>
static class Pauses
{
    static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>
    /// One hour after the first failure, then twice as long each time up to a day, less up to a quarter, so that
    /// installations that failed together do not come back together; never sooner than the collector asked, at most a week.
    /// </summary>
    /// <param name="failures">Failed occasions in a row, from 1.</param>
    /// <param name="asked">What the collector asked for.</param>
    /// <param name="random">From 0 up to, but not, 1.</param>
    internal static TimeSpan After(int failures, TimeSpan? asked, double random)
    {
        var pause = Shortest * Math.Pow(2, Math.Min(failures - 1, 10));
        if (pause > DueFile.Interval)
            pause = DueFile.Interval;
        pause *= 1 - random / 4;
        if (asked > pause)
            pause = asked.Value;
        return pause > DueFile.FurthestPause ? DueFile.FurthestPause : pause;
    }

    /// <summary>To an endpoint that is unreachable for long: one try a day, or a little less often.</summary>
    internal static TimeSpan ToProbe(double random) => DueFile.Interval * (1 + random / 4);

    /// <summary>Both forms of the header: seconds, or a date.</summary>
    internal static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        return wait > TimeSpan.Zero ? wait : null;
    }
}
