// SPDX-License-Identifier: MIT
// Takes a body off the connection: bounded in bytes and in time.

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

static class BodyReader
{
    /// <returns>Null: the whole body is in the buffer.</returns>
    public static async Task<Refusal?> ReadAsync(HttpRequest request, ByteBuffer body, Limits limits)
    {
        if (request.ContentLength > limits.PackedBytes)
            return TooLarge(limits);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        deadline.CancelAfter(limits.ReceiveTime);
        try
        {
            while (true)
            {
                // One byte more than is allowed, to see that there is more.
                if (!body.TryRoom(limits.PackedBytes + 1, out var room))
                    return new Refusal(Problem.Busy, "No memory left for another batch.", limits.RetryBusy);
                if (room.IsEmpty)
                    return TooLarge(limits);
                var count = await request.Body.ReadAsync(room, deadline.Token);
                if (count == 0)
                    return body.Length > limits.PackedBytes ? TooLarge(limits) : null;
                body.Advance(count);
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(limits);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return new Refusal(Problem.Timeout);
        }
        catch (Exception e) when (e is BadHttpRequestException or IOException { InnerException: OverflowException }) // the latter: a chunk of a size that nobody has
        {
            return new Refusal(Problem.Malformed, "The body is no body of HTTP.");
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return new Refusal(Problem.Timeout);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return new Refusal(Problem.Timeout, "The connection broke."); // nobody is left to read it
        }
    }

    static Refusal TooLarge(Limits limits) =>
        new(Problem.TooLarge, $"A body has at most {limits.PackedBytes} bytes as it is sent.");
}
