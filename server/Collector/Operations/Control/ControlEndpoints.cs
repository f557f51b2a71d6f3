// SPDX-License-Identifier: MIT
// The collector's end of the control socket (spec/control.md): who may open it is settled by the modes of the folder
// and the socket.

using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>Answers commands of the same machine. Safe for any thread.</summary>
sealed class ControlEndpoints(
    ToolSet tools, StoreThread store, OperatorActions operations, QueryEndpoint queries, AuditLog audit, ILogger log)
{
    const int FlushAt = 64 * 1024;

    public void Map(WebApplication app)
    {
        app.MapGet("/control/status", context => StatusJson.AnswerAsync(context.Response, operations.Status()));
        app.MapPost("/control/reload", ReloadAsync);
        app.MapPost("/control/backup", BackupAsync);
        app.MapPost("/control/query", queries.LocalAsync);
        app.MapGet("/control/manifest", ManifestAsync);
        app.MapPost("/control/cells", CellsAsync);
    }

    async Task ReloadAsync(HttpContext context)
    {
        try
        {
            await StatusJson.AnswerAsync(context.Response, await operations.ReloadAsync(AuditLog.Local));
        }
        catch (IOException e)
        {
            await SayAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (ObjectDisposedException)
        {
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, "the collector is stopping");
        }
    }

    async Task BackupAsync(HttpContext context)
    {
        if (context.Request.Query["to"] is not [{ } to] || !Path.IsPathRooted(to)
            || !int.TryParse(context.Request.Query["keep"], CultureInfo.InvariantCulture, out var keep))
        {
            await SayAsync(context, StatusCodes.Status400BadRequest, "say where to, and how many to keep");
            return;
        }

        try
        {
            await StatusJson.AnswerAsync(context.Response, await Task.Run(() => operations.Back(AuditLog.Local, to, keep)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException)
        {
            await SayAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (ObjectDisposedException)
        {
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, "the collector is stopping");
        }
    }

    Task ManifestAsync(HttpContext context)
    {
        if (ToolOf(context) is not { } tool)
            return SayAsync(context, StatusCodes.Status404NotFound, "no manifest of this tool was accepted");
        context.Response.ContentType = "application/yaml";
        return context.Response.WriteAsync(tool.Newest.Text);
    }

    async Task CellsAsync(HttpContext context)
    {
        if (ToolOf(context) is not { } tool)
        {
            await SayAsync(context, StatusCodes.Status404NotFound, "no manifest of this tool was accepted");
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
            await SayAsync(context, StatusCodes.Status400BadRequest, "the query is not of its form");
            return;
        }

        if (UnknownName(tool, query) is { } name)
        {
            await SayAsync(context, StatusCodes.Status400BadRequest, $"no manifest of the tool has {name}");
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
            audit.Write(entry); // before: an answer that is long has readers before its end
            context.Response.ContentType = "application/x-ndjson";
            var rows = await WriteAsync(context.Response.BodyWriter, store.Cells(tool.Name, query), context.RequestAborted);
            audit.Write(entry with { Outcome = "answered", Rows = rows });
        }
        catch (IOException e)
        {
            await SayAsync(context, StatusCodes.Status500InternalServerError, $"The audit log can't be written: {e.Message}");
        }
        catch (StoreException e)
        {
            log.QuestionFailed(e.Message);
            await SayAsync(context, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The reader has gone.
        }
        catch (ObjectDisposedException)
        {
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, "the collector is stopping");
        }
    }

    /// <summary>Cells as lines, flushed when there are enough: the whole answer is never in memory.</summary>
    static async Task<long> WriteAsync(PipeWriter to, IEnumerable<Cell> cells, CancellationToken reader)
    {
        var rows = 0L;
        await using var json = new Utf8JsonWriter(to);
        foreach (var cell in cells)
        {
            CellLines.Write(json, cell);
            EndLine(json, to);
            rows++;
            if (to.UnflushedBytes > FlushAt)
                await to.FlushAsync(reader);
        }

        CellLines.WriteEnd(json);
        EndLine(json, to);
        await to.FlushAsync(reader);
        return rows;
    }

    static void EndLine(Utf8JsonWriter json, PipeWriter to)
    {
        json.Flush();
        json.Reset();
        to.Write("\n"u8);
    }

    /// <summary>The first name of a query that no accepted manifest declares; null: all are known.</summary>
    static string? UnknownName(Tool tool, CellQuery query)
    {
        var events = new HashSet<string>(StringComparer.Ordinal);
        var columns = new HashSet<string>(["event", "status"], StringComparer.Ordinal);
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
        return body.ToArray(); // the server's limit on bodies holds here too
    }

    static async Task SayAsync(HttpContext context, int status, string text)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // the reader sees that the end is missing
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text);
    }

    Tool? ToolOf(HttpContext context) =>
        context.Request.Query["tool"] is [{ } name] ? tools.Find(name) : null;
}
