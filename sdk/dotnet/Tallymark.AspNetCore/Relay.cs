// SPDX-License-Identifier: MIT
using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Tallymark.AspNetCore;

/// <summary>
/// The HTTP side of the relay. A request 1. must come from the server's own pages; 2. must be within the rate of its
/// address; it 3. is answered with off if the browser asks not to be tracked; a POST 4. must have a known content type;
/// 5. must be small enough, arrive in time, and be one of at most <see cref="MaxBodies"/> at once. 6. The SDK answers
/// it. Thread-safe. Logs nothing.
/// </summary>
/// <param name="answer">The SDK's answers.</param>
/// <param name="limiter">The rate of each address.</param>
/// <param name="time">The clock.</param>
sealed class Relay(
    Func<string, ReadOnlyMemory<byte>, (int Status, byte[] Json)> answer, AddressRateLimiter limiter,
    TimeProvider time)
{
    internal const int MaxBodyBytes = 64 * 1024;

    /// <summary>Bodies that are read at the same time. Each has a buffer of 128 KiB.</summary>
    internal const int MaxBodies = 32;

    /// <summary>The time in which a body must arrive.</summary>
    internal static readonly TimeSpan MaxBodyTime = TimeSpan.FromSeconds(10);

    static readonly byte[] Off = """{"on":false}"""u8.ToArray();

    int _bodies;

    internal Task GetSettings(HttpContext context)
    {
        // 1. and 2.
        if (Refuse(context) is { } refusal)
            return refusal.Send(context.Response);

        // 3.
        return BrowserWish.Of(context.Request) is { } wish
            ? SendJson(context.Response, wish.Settings(answer("settings", default).Json))
            : Answer(context, "settings", default);
    }

    internal Task PostSeen(HttpContext context) => Post(context, "seen");

    internal Task PostEvents(HttpContext context) => Post(context, "events");

    async Task Post(HttpContext context, string name)
    {
        // 1. and 2.
        if (Refuse(context) is { } refusal)
        {
            await refusal.Send(context.Response);
            return;
        }

        // 3.
        if (BrowserWish.Of(context.Request) is not null)
        {
            await SendJson(context.Response, Off);
            return;
        }

        // 4.
        if (!HasKnownContentType(context.Request))
        {
            await Problem.ContentType.Send(context.Response);
            return;
        }

        // 5.
        if (context.Request.ContentLength > MaxBodyBytes)
        {
            await Problem.TooLarge.Send(context.Response);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _bodies) > MaxBodies)
                await Problem.Busy.Send(context.Response);
            else
                await AnswerBody(context, name);
        }
        finally
        {
            Interlocked.Decrement(ref _bodies);
        }
    }

    async Task AnswerBody(HttpContext context, string name)
    {
        // One byte more than the limit, to see whether the body exceeds it.
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBodyBytes + 1);
        try
        {
            var length = await Read(context, buffer.AsMemory(0, MaxBodyBytes + 1));
            if (length > MaxBodyBytes)
                await Problem.TooLarge.Send(context.Response);
            else if (length >= 0)
                await Answer(context, name, buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    Problem? Refuse(HttpContext context)
    {
        if (CrossSite.IsForeign(context.Request))
            return Problem.CrossSite;
        return limiter.Take(context.Connection.RemoteIpAddress) is { } pause ? Problem.TooManyFor(pause) : null;
    }

    // 6.
    Task Answer(HttpContext context, string name, ReadOnlyMemory<byte> body)
    {
        var (status, json) = answer(name, body);
        switch (status)
        {
            case StatusCodes.Status200OK:
                return SendJson(context.Response, json);
            case StatusCodes.Status204NoContent:
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            default:
                return Problem.Of(status).Send(context.Response);
        }
    }

    // The number of bytes, which is the length of the buffer if the body is too long; -1 if the connection broke or the
    // body did not arrive in time: then no client reads an answer.
    async Task<int> Read(HttpContext context, Memory<byte> buffer)
    {
        using var late = new CancellationTokenSource(MaxBodyTime, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        try
        {
            return await context.Request.Body.ReadAtLeastAsync(
                buffer, buffer.Length, throwOnEndOfStream: false, ended.Token);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return buffer.Length; // the web server has a smaller limit of its own
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();
            return -1;
        }
    }

    static bool HasKnownContentType(HttpRequest request)
    {
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("text/plain", StringComparison.OrdinalIgnoreCase);
    }

    static async Task SendJson(HttpResponse response, byte[] json)
    {
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(json);
    }
}
