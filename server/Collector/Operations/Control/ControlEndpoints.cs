// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Answers commands on the same machine, over the control socket (<c>spec/control.md</c>). It checks no token: the
/// modes of the folder and the socket decide who may connect. Thread-safe.
/// </summary>
sealed class ControlEndpoints(
    ToolSet tools, StoreThread store, OperatorActions actions, QueryEndpoint queries, Publications publications,
    AuditLog audit, ILogger log)
{
    const int FlushThresholdBytes = 64 * 1024;
    const string Stopping = "The collector is stopping.";
    const string NoManifest = "No manifest of this tool was accepted.";

    public void Map(WebApplication app)
    {
        app.MapGet("/control/status", context => StatusJson.AnswerAsync(context.Response, actions.Status()));
        app.MapPost("/control/reload", ReloadAsync);
        app.MapPost("/control/backup", BackupAsync);
        app.MapPost("/control/reread", RereadAsync);
        app.MapPost("/control/query", queries.LocalAsync);
        app.MapGet("/control/manifests", ManifestsAsync);
        app.MapPost("/control/cells", CellsAsync);
    }

    async Task ReloadAsync(HttpContext context)
    {
        try
        {
            var clock = context.Request.Query["clock"] == "accept" ? actions.AcceptClock(AuditLog.Local) : null;
            var report = await actions.ReloadAsync(AuditLog.Local);
            await StatusJson.AnswerAsync(context.Response, report with { Clock = clock });
        }
        catch (IOException e)
        {
            await ReplyAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (ObjectDisposedException)
        {
            await ReplyAsync(context, StatusCodes.Status503ServiceUnavailable, Stopping);
        }
    }

    async Task BackupAsync(HttpContext context)
    {
        if (context.Request.Query["to"] is not [{ } to] || !Path.IsPathRooted(to)
            || !int.TryParse(context.Request.Query["keep"], CultureInfo.InvariantCulture, out var keep))
        {
            await ReplyAsync(
                context, StatusCodes.Status400BadRequest, "Give an absolute folder as `to` and a number as `keep`.");
            return;
        }

        try
        {
            var report = await Task.Run(() => actions.BackUp(AuditLog.Local, to, keep));
            await StatusJson.AnswerAsync(context.Response, report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException)
        {
            await ReplyAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (ObjectDisposedException)
        {
            await ReplyAsync(context, StatusCodes.Status503ServiceUnavailable, Stopping);
        }
    }

    async Task RereadAsync(HttpContext context)
    {
        (string Tool, string File)? one =
            ToolOf(context) is { } tool && context.Request.Query["file"] is [{ } file] ? (tool.Name, file) : null;
        if (one is null && context.Request.Query.Count > 0)
        {
            await ReplyAsync(context, StatusCodes.Status400BadRequest, "Give a known `tool` and a `file` of it.");
            return;
        }

        try
        {
            await Task.Run(() => actions.Reread(one));
            await StatusJson.AnswerAsync(context.Response, new { });
        }
        catch (StoreException e)
        {
            log.StoreReadFailed(e.Message);
            await ReplyAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (ObjectDisposedException)
        {
            await ReplyAsync(context, StatusCodes.Status503ServiceUnavailable, Stopping);
        }
    }

    async Task ManifestsAsync(HttpContext context)
    {
        if (ToolOf(context) is not { } tool)
        {
            await ReplyAsync(context, StatusCodes.Status404NotFound, NoManifest);
            return;
        }

        try
        {
            await StatusJson.AnswerAsync(context.Response, new ToolManifests(
                store.Readers.Read(s => s.KeptFrom(tool.Name)), [.. tool.Accepted.Select(one => one.Text)]));
        }
        catch (StoreException e)
        {
            log.StoreReadFailed(e.Message);
            await ReplyAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (ObjectDisposedException)
        {
            await ReplyAsync(context, StatusCodes.Status503ServiceUnavailable, Stopping);
        }
    }

    async Task CellsAsync(HttpContext context)
    {
        if (ToolOf(context) is not { } tool)
        {
            await ReplyAsync(context, StatusCodes.Status404NotFound, NoManifest);
            return;
        }

        CellQuery query;
        var asked = await ReadBodyAsync(context.Request);
        try
        {
            query = CellLines.ReadQuery(asked);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            await ReplyAsync(context, StatusCodes.Status400BadRequest, "The cell query is malformed.");
            return;
        }

        if (UnknownName(tool, query) is { } name)
        {
            await ReplyAsync(context, StatusCodes.Status400BadRequest, $"No accepted manifest of the tool has {name}.");
            return;
        }

        var entry = new AuditEntry(AuditLog.Local, Role.Operator, "cells", "begun")
        {
            Tool = tool.Name,
            Query = Encoding.UTF8.GetString(asked.Span),
        };
        try
        {
            await store.FlushAsync(tool.Name);
            // Before the answer: its first cells are read before its last one is written.
            var publication = Publications.Of(context.Request);
            if (publication is not var (period, run))
                audit.Write(entry);
            else if (publications.Add(tool.Name, period, run))
                audit.Write(entry with { What = AuditEntry.PublishAction, Query = period });
            context.Response.ContentType = "application/x-ndjson";
            var cells = store.Readers.Cells(tool.Name, query);
            var rows = await WriteAsync(context.Response.BodyWriter, cells, context.RequestAborted);
            if (publication is null)
                audit.Write(entry with { Outcome = "answered", Rows = rows });
        }
        catch (IOException e)
        {
            await ReplyAsync(
                context, StatusCodes.Status500InternalServerError, $"The audit log can't be written: {e.Message}");
        }
        catch (StoreException e)
        {
            log.StoreReadFailed(e.Message);
            await ReplyAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The client disconnected.
        }
        catch (ObjectDisposedException)
        {
            await ReplyAsync(context, StatusCodes.Status503ServiceUnavailable, Stopping);
        }
    }

    /// <summary>Writes cells as lines and flushes often: the whole answer is never in memory.</summary>
    static async Task<long> WriteAsync(PipeWriter to, IEnumerable<Cell> cells, CancellationToken aborted)
    {
        var rows = 0L;
        await using var json = new Utf8JsonWriter(to);
        foreach (var cell in cells)
        {
            CellLines.Write(json, cell);
            EndLine(json, to);
            rows++;
            if (to.UnflushedBytes > FlushThresholdBytes)
                await to.FlushAsync(aborted);
        }

        CellLines.WriteEnd(json);
        EndLine(json, to);
        await to.FlushAsync(aborted);
        return rows;
    }

    static void EndLine(Utf8JsonWriter json, PipeWriter to)
    {
        json.Flush();
        json.Reset();
        to.Write("\n"u8);
    }

    /// <summary>The first name of a query that no accepted manifest declares; null: all are declared.</summary>
    static string? UnknownName(Tool tool, CellQuery query)
    {
        var events = new HashSet<string>(StringComparer.Ordinal);
        var columns = new HashSet<string>(["event", "status", Rollup.Version], StringComparer.Ordinal);
        foreach (var manifest in tool.Accepted.Select(accepted => accepted.Manifest))
        {
            events.UnionWith(manifest.Events.Select(e => e.Name));
            columns.UnionWith(manifest.Events.SelectMany(manifest.FieldsOf).Select(field => field.Name));
        }

        return query.Events.FirstOrDefault(name => !events.Contains(name))
            ?? query.Columns.Append(query.Installation).FirstOrDefault(name => !columns.Contains(name));
    }

    static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray(); // bounded by the server's limit on bodies
    }

    static async Task ReplyAsync(HttpContext context, int status, string text)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // the client sees that the last line is missing
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text);
    }

    Tool? ToolOf(HttpContext context) =>
        context.Request.Query["tool"] is [{ } name] ? tools.Find(name) : null;
}
