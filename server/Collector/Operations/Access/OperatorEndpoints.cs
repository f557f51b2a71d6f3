// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Answers <c>/v1/status</c> and <c>/v1/reload</c>, for operators on other machines. Thread-safe.
/// </summary>
sealed class OperatorEndpoints(Authorizer authorizer, OperatorActions actions, TimeProvider time)
{
    public Task StatusAsync(HttpContext context) =>
        authorizer.Refuse(context, HttpMethods.Get, out _, Role.Operator) is { } refusal
            ? Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow())
            : StatusJson.AnswerAsync(context.Response, actions.Status());

    public async Task ReloadAsync(HttpContext context)
    {
        var refusal = authorizer.Refuse(context, HttpMethods.Post, out var caller, Role.Operator);
        if (refusal is null)
        {
            try
            {
                await StatusJson.AnswerAsync(context.Response, await actions.ReloadAsync(caller.Name));
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
