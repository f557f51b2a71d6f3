// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Answers <c>/v1/tools</c>, <c>/v1/totals</c> and <c>/v1/live</c> (<c>spec/control.md</c>). Thread-safe.
/// </summary>
sealed class LiveEndpoints(ToolSet tools, Authorizer authorizer, AuditLog audit, TimeProvider time)
{
    // The page asks every second; the audit log gets one line per hour, caller and tool.
    readonly ConcurrentDictionary<(string Caller, string Tool), long> _loggedHour = new();

    public Task ToolsAsync(HttpContext context)
    {
        if (RefuseAnyRole(context) is { } refusal)
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

    public Task TotalsAsync(HttpContext context)
    {
        if (RefuseAnyRole(context) is { } refusal)
            return Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow());
        if (context.Request.Query["tool"] is not [{ } name] || tools.Find(name) is not { } tool)
            return Replies.RefusedAsync(context.Response, new Refusal(Problem.UnknownTool), time.GetUtcNow());
        return Replies.JsonAsync(context.Response, StatusCodes.Status200OK, "application/json", json =>
        {
            json.WriteStartObject();
            json.WriteString("tool", tool.Name);
            json.WriteString("title", tool.Title);
            WriteTotals(json, tool);
            json.WriteEndObject();
        });
    }

    public Task LiveAsync(HttpContext context)
    {
        var now = time.GetUtcNow();
        if (authorizer.Refuse(context, HttpMethods.Get, out var caller, Role.Maintainer) is { } refusal)
            return Replies.RefusedAsync(context.Response, refusal, now);
        if (context.Request.Query["tool"] is not [{ } name] || tools.Find(name) is not { } tool)
            return Replies.RefusedAsync(context.Response, new Refusal(Problem.UnknownTool), now);
        if (!TryAudit(caller, tool, now))
        {
            var busy = new Refusal(Problem.Busy, "The audit log can't be written.");
            return Replies.RefusedAsync(context.Response, busy, now);
        }

        return Replies.JsonAsync(context.Response, StatusCodes.Status200OK, "application/json", json =>
        {
            json.WriteStartObject();
            json.WriteString("tool", tool.Name);
            json.WriteString("title", tool.Title);
            json.WriteString("now", Rfc3339.Second(now));
            json.WriteStartArray("seconds");
            foreach (var second in tool.Counters.LastMinute(now))
            {
                json.WriteStartObject();
                json.WriteString("time", Rfc3339.Second(second.Time));
                json.WriteStartObject("events");
                foreach (var (name, count) in second.Events)
                    json.WriteNumber(name, count);
                json.WriteEndObject();
                json.WriteNumber("failures", second.Failures);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteTotals(json, tool);
            json.WriteEndObject();
        });
    }

    Refusal? RefuseAnyRole(HttpContext context) =>
        authorizer.Refuse(context, HttpMethods.Get, out _, Role.Reader, Role.Maintainer, Role.Operator);

    static void WriteTotals(Utf8JsonWriter json, Tool tool)
    {
        var total = tool.Counters.Total();
        json.WriteStartObject("totals");
        json.WriteNumber("received", total.Received);
        json.WriteNumber("stored", total.Stored);
        Replies.WriteDrops(json, total.Dropped);
        json.WriteNumber("refused", total.Refused);
        json.WriteNumber("pending", total.Pending);
        json.WriteNumber("development", total.Development);
        json.WriteEndObject();
    }

    bool TryAudit(Token caller, Tool tool, DateTimeOffset now)
    {
        var hour = now.ToUnixTimeSeconds() / 3600;
        if (_loggedHour.TryGetValue((caller.Name, tool.Name), out var last) && last == hour)
            return true;
        try
        {
            audit.Write(new AuditEntry(caller.Name, caller.Role, "live", "answered") { Tool = tool.Name });
        }
        catch (IOException)
        {
            return false;
        }

        _loggedHour[(caller.Name, tool.Name)] = hour;
        return true;
    }
}
