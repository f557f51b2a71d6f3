// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tallymark.Upload;

/// <summary>The fate of a batch after one exchange. A closed set.</summary>
enum Outcome
{
    /// <summary>The collector has stored it, and repeated its id and count.</summary>
    Accepted,
    /// <summary>The result is unknown, or the collector refused it for now: the batch stays as it is.</summary>
    Later,
    /// <summary>The batch is too large for the collector.</summary>
    Split,
    /// <summary>The collector will never accept it.</summary>
    Never,
}

/// <summary>An outcome with its details.</summary>
/// <param name="Outcome">The fate of the batch.</param>
/// <param name="Detail">For people, a few words.</param>
/// <param name="Body">The body of the answer.</param>
/// <param name="RetryAfter">The delay that the collector asked for.</param>
/// <param name="OnlyThisBatch">True if the collector may accept another batch now.</param>
/// <param name="Responder">Who answered.</param>
readonly record struct Reply(
    Outcome Outcome, string Detail, byte[]? Body = null, TimeSpan? RetryAfter = null, bool OnlyThisBatch = false,
    Responder Responder = Responder.None);

/// <summary>Who answered.</summary>
enum Responder
{
    /// <summary>No answer, or the request was not sent.</summary>
    None,
    /// <summary>Not a collector: a proxy, or another server at that address.</summary>
    Foreign,
    /// <summary>A collector.</summary>
    Collector,
}

/// <summary>
/// Sends batches, deletion requests and requests for settings to one collector (spec/wire.md), and reduces each answer
/// to one of four outcomes. Used by one thread.
/// </summary>
sealed class Sender : IDisposable
{
    const string CollectorHeader = "Tallymark-Collector";
    const int MaxReplyBytes = 64 * 1024;
    const int MaxBodyBytes = 512 * 1024;

    /// <summary>The maximum number of proofs in one deletion request (spec/wire.md).</summary>
    internal const int MaxProofs = 100;

    readonly Uri _endpoint;
    readonly TimeProvider _time;
    readonly TimeSpan _timeout;
    readonly HttpClient _client;

    Sender(Uri endpoint, SdkEnvironment environment)
    {
        _endpoint = endpoint;
        _time = environment.Time;
        _timeout = environment.AnswerTimeout;
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = environment.ConnectTimeout,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            Proxy = new ProxyWithoutCredentials(),
        };
        _client = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxReplyBytes,
        };
    }

    /// <summary>
    /// The address to send to; null if it is refused. Plain <c>http:</c> is allowed for a loopback address only. The
    /// variable <c>TALLYMARK_ENDPOINT</c> may only name a loopback address, whatever its scheme.
    /// </summary>
    internal static Uri? Endpoint(ToolDefinition tool, SdkEnvironment environment) =>
        Override(environment) ?? Allowed(tool.Endpoint);

    /// <summary>The address in the variable; null if it does not replace the endpoint.</summary>
    internal static Uri? Override(SdkEnvironment environment)
    {
        var other = environment.Variable("TALLYMARK_ENDPOINT");
        return !string.IsNullOrEmpty(other) && IsOverride(other) ? Parse(other) : null;
    }

    /// <summary>True for a value of the variable that replaces the endpoint.</summary>
    internal static bool IsOverride(string address) => Parse(address) is { } uri && IsLoopback(uri);

    /// <summary>
    /// The address if the SDK may send to it (<c>https:</c>, or <c>http:</c> with a loopback address); otherwise null.
    /// </summary>
    internal static Uri? Allowed(string address) =>
        Parse(address) is { } uri && (uri.Scheme == Uri.UriSchemeHttps || IsLoopback(uri)) ? uri : null;

    internal static Sender To(Uri endpoint, SdkEnvironment environment) => new(endpoint, environment);

    /// <summary>Sends a batch and waits for the answer. Every network error is an outcome.</summary>
    internal async Task<Reply> Send(Batch batch, string tool)
    {
        var body = Compress(batch, tool);
        if (body.Length > MaxBodyBytes)
            return new Reply(Outcome.Split, "too large");
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        content.Headers.ContentEncoding.Add("gzip");
        return await Exchange(_endpoint, content, IsAboutIt);

        bool IsAboutIt(byte[] reply) => Text(reply, "batch") == batch.Id && Number(reply, "received") == batch.Events;
    }

    /// <summary>
    /// Requests the deletion of everything that the installations with these proofs have sent. <see
    /// cref="Outcome.Accepted"/>: the collector repeated the tool and the number of proofs; after any other outcome the
    /// result is unknown.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="proofs">64 hexadecimal digits each, at most <see cref="MaxProofs"/>.</param>
    internal Task<Reply> Delete(string tool, IReadOnlyCollection<string> proofs)
    {
        var body = "{\"tallymark\":1,\"tool\":\"" + tool + "\",\"proofs\":[\"" + string.Join("\",\"", proofs) + "\"]}";
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Exchange(DeletionsOf(_endpoint), content, IsAboutIt);

        bool IsAboutIt(byte[] reply) => Text(reply, "tool") == tool && Number(reply, "received") == proofs.Count;
    }

    /// <summary>The address for deletion requests, relative to the one for batches.</summary>
    internal static Uri DeletionsOf(Uri endpoint) => new(endpoint, "deletions");

    public void Dispose() => _client.Dispose();

    async Task<Reply> Exchange(Uri to, HttpContent content, Func<byte[], bool> isAboutIt)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = content };
            request.Headers.UserAgent.Add(Agent());
            using var response = await _client.SendAsync(request, limit.Token);
            var reply = Judge(response, await response.Content.ReadAsByteArrayAsync(limit.Token), isAboutIt);
            return reply with { Responder = ResponderOf(response) };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return NoAnswer(e);
        }
    }

    /// <summary>
    /// Requests the settings of a tool (spec/settings.md) and waits for the answer. <see cref="Outcome.Accepted"/>: a
    /// collector answered, whether its answer is settings or not. <see cref="Outcome.Later"/>: anything else.
    /// </summary>
    internal async Task<Reply> AskForSettings(string tool)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_endpoint, "settings?tool=" + tool));
            request.Headers.UserAgent.Add(Agent());
            using var response = await _client.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            var responder = ResponderOf(response);
            var text = "status " + (int)response.StatusCode
                + (responder == Responder.Collector ? "" : ", not from a collector");
            return response.StatusCode == HttpStatusCode.OK && responder == Responder.Collector
                ? new Reply(Outcome.Accepted, text, body, Responder: responder)
                : new Reply(Outcome.Later, text, body, RetryAfter(response, responder), Responder: responder);
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
        if (ResponderOf(response) != Responder.Collector)
            return new Reply(Outcome.Later, text + ", not from a collector");
        var problem = status >= 400 ? Text(body, "type") : null;
        if (problem is not null)
            text += ", " + problem[(problem.LastIndexOf('/') + 1)..];
        switch (status)
        {
            case 200:
                return isAboutIt(body)
                    ? new Reply(Outcome.Accepted, text, body)
                    : new Reply(Outcome.Later, text + ", but the reply is for a different request");
            case 413:
                return new Reply(Outcome.Split, text, body);
            case 408 or 429 or >= 500:
                var onlyThisBatch = text.EndsWith("unknown-manifest", StringComparison.Ordinal);
                return new Reply(Outcome.Later, text, body, RetryAfter(response, Responder.Collector), onlyThisBatch);
            case >= 400:
                return new Reply(Outcome.Never, text, body);
            default:
                return new Reply(Outcome.Later, text);
        }
    }

    // The header counts only from a collector.
    TimeSpan? RetryAfter(HttpResponseMessage response, Responder responder) => responder == Responder.Collector
        ? RetrySchedule.RetryAfter(response.Headers.RetryAfter, _time.GetUtcNow())
        : null;

    static ProductInfoHeaderValue Agent() => new("tallymark", "1");

    static Responder ResponderOf(HttpResponseMessage response) =>
        response.Headers.Contains(CollectorHeader) ? Responder.Collector : Responder.Foreign;

    static Reply NoAnswer(Exception cause) =>
        new(Outcome.Later, cause is OperationCanceledException ? "no answer in time" : cause.Message);

    static byte[] Compress(Batch batch, string tool)
    {
        var head = "{\"tallymark\":1,\"batch\":\"" + batch.Id + "\",\"tool\":\"" + tool
            + "\",\"events\":" + batch.Events + "}\n";
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
        Member(body, member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            ? number
            : null;

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
        uri.IdnHost == "localhost"
        || (IPAddress.TryParse(uri.IdnHost, out var address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// The machine's proxy without credentials: neither this user's nor those in the proxy's address.
    /// </summary>
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
