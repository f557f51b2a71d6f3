// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
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
    /// <summary>The collector has read it, and will never accept it.</summary>
    Never,
}

/// <summary>An outcome with its details.</summary>
/// <param name="Outcome">The fate of the batch.</param>
/// <param name="Detail">For people, a few words.</param>
/// <param name="Body">The body of the answer.</param>
/// <param name="RetryAfter">The delay that the collector asked for.</param>
/// <param name="OnlyThisBatch">True if the collector may accept another batch now.</param>
/// <param name="Responder">Who answered.</param>
/// <param name="Deleted">True if the collector dropped events because their installation was deleted.</param>
readonly record struct Reply(
    Outcome Outcome, string Detail, byte[]? Body = null, TimeSpan? RetryAfter = null, bool OnlyThisBatch = false,
    Responder Responder = Responder.None, bool Deleted = false);

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
    const int MaxReasonLength = 32;

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
            ConnectCallback = Connect,
            Proxy = new ProxyWithoutCredentials(),
        };
        _client = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxReplyBytes,
        };
    }

    /// <summary>True for an address on this machine.</summary>
    internal static bool IsOnThisMachine(string address) => Parse(address) is { } uri && IsLoopback(uri);

    /// <summary>
    /// The address if the SDK may send to it (<c>https:</c>, or <c>http:</c> with a loopback address); otherwise null.
    /// </summary>
    internal static Uri? Allowed(string address) =>
        Parse(address) is { } uri && (uri.Scheme == Uri.UriSchemeHttps || IsLoopback(uri)) ? uri : null;

    internal static Sender To(Uri endpoint, SdkEnvironment environment) =>
        new(environment.Network is { } network ? network(endpoint) : endpoint, environment);

    /// <summary>Sends a batch and waits for the answer. Every network error is an outcome.</summary>
    internal async Task<Reply> Send(Batch batch, string tool)
    {
        var body = Compress(batch, tool);
        if (body.Length > MaxBodyBytes)
            return new Reply(Outcome.Split, "too large");
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        content.Headers.ContentEncoding.Add("gzip");
        var reply = await Exchange(_endpoint, content, IsAboutIt, Names);
        if (reply.Outcome == Outcome.Accepted)
            return reply with { Deleted = NamesDeleted(reply.Body!) };
        // It can't be split, and can be rejected only if the collector has read it.
        return reply is { Outcome: Outcome.Split, Body: { } answer } && batch.Events == 1 && !Names(answer)
            ? reply with { Outcome = Outcome.Later }
            : reply;

        bool Names(byte[] reply) => Text(reply, "batch") == batch.Id;
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
        return Exchange(DeletionsOf(_endpoint), content, IsAboutIt, static _ => false);

        bool IsAboutIt(byte[] reply) => Text(reply, "tool") == tool && Number(reply, "received") == proofs.Count;
    }

    /// <summary>The address for deletion requests, relative to the one for batches.</summary>
    internal static Uri DeletionsOf(Uri endpoint) => new(endpoint, "deletions");

    /// <summary>Called when a connection begins, at each one. Must not throw; an IOException is ignored.</summary>
    internal Action? Connecting { get; set; }

    public void Dispose() => _client.Dispose();

    // As the framework connects by default.
    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        try
        {
            Connecting?.Invoke();
        }
        catch (IOException e)
        {
            SelfLog.Report("The upload could not be noted.", e);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task<Reply> Exchange(
        Uri to, HttpContent content, Func<byte[], bool> isAboutIt, Func<byte[], bool> namesIt)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = content };
            request.Headers.UserAgent.Add(Agent());
            using var response = await _client.SendAsync(request, limit.Token);
            var reply = Judge(response, await response.Content.ReadAsByteArrayAsync(limit.Token), isAboutIt, namesIt);
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

    Reply Judge(
        HttpResponseMessage response, byte[] body, Func<byte[], bool> isAboutIt, Func<byte[], bool> namesIt)
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
            case >= 400 when namesIt(body):
                return new Reply(Outcome.Never, text, body);
            case >= 400: // about the address, the deployment or what is in between: that can be corrected
                return new Reply(Outcome.Later, text, body, RetryAfter(response, Responder.Collector));
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
        new(Outcome.Later, cause is OperationCanceledException ? "no answer in time" : Explain(cause));

    /// <summary>
    /// The cause of a failure, for people, without a full stop. The framework's exceptions often say only that an inner
    /// one knows.
    /// </summary>
    internal static string Explain(Exception cause)
    {
        var tells = cause;
        while (tells.InnerException is { } inner && SaysNothing(tells.Message))
            tells = inner;
        var text = tells.Message.TrimEnd('.');
        return cause is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? "no secure connection: " + text
            : text;
    }

    static bool SaysNothing(string message) =>
        message.Contains("see inner exception", StringComparison.OrdinalIgnoreCase)
        || message is "An error occurred while sending the request." or "Error while copying content to a stream.";

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

    /// <summary>
    /// From the reply to an accepted batch: the events that the collector has not stored, by reason, without those that
    /// it already had.
    /// </summary>
    internal static IEnumerable<(string Reason, int Events)> NotStoredOf(byte[] reply)
    {
        if (Member(reply, "dropped") is not { ValueKind: JsonValueKind.Object } dropped)
            yield break;
        foreach (var reason in dropped.EnumerateObject())
        {
            if (reason.Name is not "duplicate" && IsReason(reason.Name)
                && reason.Value.ValueKind == JsonValueKind.Number
                && reason.Value.TryGetInt32(out var events) && events > 0)
                yield return (reason.Name, events);
        }
    }

    // A newer collector may have a reason that this client does not know. It is shown to a person, so only a word.
    static bool IsReason(string name)
    {
        foreach (var c in name)
        {
            if (c is not ((>= 'a' and <= 'z') or '-'))
                return false;
        }

        return name.Length is > 0 and <= MaxReasonLength;
    }

    static string? Text(byte[] body, string member) =>
        Member(body, member) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    static int? Number(byte[] body, string member) =>
        Member(body, member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            ? number
            : null;

    static bool NamesDeleted(byte[] reply) => Member(reply, "dropped") is { ValueKind: JsonValueKind.Object } dropped
        && dropped.TryGetProperty("deleted", out var count) && count.ValueKind == JsonValueKind.Number;

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
