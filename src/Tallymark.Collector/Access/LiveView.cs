// SPDX-License-Identifier: MIT
// The maintainers' live view: only for those who have a token (spec/control.md).

using System;
using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Tallymark.Collector.Reply;
using Tallymark.Collector.Tools;

namespace Tallymark.Collector.Access;

/// <summary>Answers <c>/v1/tools</c> and <c>/v1/live</c>. Safe for any thread.</summary>
sealed class LiveView(ToolSet tools, TokenFile tokens, TimeProvider time)
{
    const string Scheme = "Bearer ";
    const int LongestToken = 200;

    public Task ToolsAsync(HttpContext context)
    {
        if (Refuse(context) is { } refusal)
            return Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow());
        return Replies.JsonAsync(context.Response, StatusCodes.Status200OK, "application/json", json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("tools");
            foreach (var tool in tools.All)
            {
                json.WriteStartObject();
                json.WriteString("tool", tool.Name);
                json.WriteString("title", tool.Title);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public Task LiveAsync(HttpContext context)
    {
        var now = time.GetUtcNow();
        if (Refuse(context) is { } refusal)
            return Replies.RefusedAsync(context.Response, refusal, now);
        if (context.Request.Query["tool"] is not [{ } name] || tools.Find(name) is not { } tool)
            return Replies.RefusedAsync(context.Response, new Refusal(Problem.UnknownTool), now);
        return Replies.JsonAsync(context.Response, StatusCodes.Status200OK, "application/json", json =>
        {
            json.WriteStartObject();
            json.WriteString("tool", tool.Name);
            json.WriteString("title", tool.Title);
            json.WriteString("now", Times.Second(now));
            json.WriteStartArray("seconds");
            foreach (var second in tool.Counters.LastMinute(now))
            {
                json.WriteStartObject();
                json.WriteString("time", Times.Second(second.Time));
                json.WriteStartObject("events");
                foreach (var (name, count) in second.Events)
                    json.WriteNumber(name, count);
                json.WriteEndObject();
                json.WriteNumber("failures", second.Failures);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            var total = tool.Counters.Total();
            json.WriteStartObject("totals");
            json.WriteNumber("received", total.Received);
            json.WriteNumber("stored", total.Stored);
            Replies.WriteDrops(json, total.Dropped);
            json.WriteNumber("refused", total.Refused);
            json.WriteNumber("pending", total.Pending);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    Refusal? Refuse(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Get;
            return new Refusal(Problem.Method);
        }

        if (context.Request.Headers.Authorization is [{ Length: < LongestToken } value]
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && Holds(value[Scheme.Length..].Trim()))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new Refusal(Problem.Unauthorized, "Make a token with `tallymark token --data DIR`.");
    }

    bool Holds(string token)
    {
        try
        {
            return tokens.Holds(token);
        }
        catch (IOException)
        {
            return false; // a damaged file lets nobody in; `tallymark token` says what is wrong with it
        }
    }
}
