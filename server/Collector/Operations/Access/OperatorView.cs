// SPDX-License-Identifier: MIT
// What the operator may do from another machine: see how the collector is doing, and have it read manifests again.

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Operations;

/// <summary>Answers <c>/v1/status</c> and <c>/v1/reload</c>. Safe for any thread.</summary>
sealed class OperatorView(Guard guard, OperatorActions operations, TimeProvider time)
{
    public Task StatusAsync(HttpContext context) =>
        guard.Refuse(context, HttpMethods.Get, out _, Role.Operator) is { } refusal
            ? Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow())
            : StatusJson.AnswerAsync(context.Response, operations.Status());

    public async Task ReloadAsync(HttpContext context)
    {
        var refusal = guard.Refuse(context, HttpMethods.Post, out var caller, Role.Operator);
        if (refusal is null)
        {
            try
            {
                await StatusJson.AnswerAsync(context.Response, await operations.ReloadAsync(caller.Name));
                return;
            }
            catch (IOException e)
            {
                refusal = new Refusal(Problem.Busy, e.Message);
            }
            catch (ObjectDisposedException)
            {
                refusal = new Refusal(Problem.Stopping);
            }
        }

        await Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow());
    }
}
