// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>Reads a request's body, bounded in bytes and in time.</summary>
static class BodyReader
{
    /// <returns>Null: the whole body is in the buffer.</returns>
    public static async Task<Refusal?> ReadAsync(HttpRequest request, ByteBuffer body, Limits limits)
    {
        if (request.ContentLength > limits.MaxBodyBytes)
            return TooLarge(limits);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        deadline.CancelAfter(limits.ReceiveTimeout);
        try
        {
            while (true)
            {
                // One byte more than the limit, to see whether the body exceeds it.
                if (!body.TryGetRoom(limits.MaxBodyBytes + 1, out var room))
                {
                    return new Refusal(
                        Problem.Busy, "The collector has no memory left for another request.", limits.BusyRetryAfter);
                }

                if (room.IsEmpty)
                    return TooLarge(limits);
                var count = await request.Body.ReadAsync(room, deadline.Token);
                if (count == 0)
                {
                    Connections.MarkReceived(request.HttpContext);
                    return body.Length > limits.MaxBodyBytes ? TooLarge(limits) : null;
                }

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
        catch (Exception e) when (e is BadHttpRequestException or IOException { InnerException: OverflowException })
        {
            // OverflowException: the size of a chunk does not fit a number.
            return new Refusal(Problem.Malformed, "The body is not valid HTTP.");
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return new Refusal(Problem.Timeout);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return new Refusal(Problem.Timeout, "The connection broke."); // for the counters; no client reads it
        }
    }

    static Refusal TooLarge(Limits limits) =>
        new(Problem.TooLarge, $"A body has at most {limits.MaxBodyBytes} bytes as sent.");
}
