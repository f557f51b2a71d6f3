// SPDX-License-Identifier: MIT
// Tells installations what the operator wants to be left out (spec/settings.md): a file of the operator, or nothing.

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Answers <c>GET /v1/settings?tool=TOOL</c>. Looks at the time of the tool's file at each request and reads it when that has
/// changed; a file that does not stand the check changes nothing. Safe for any thread.
/// </summary>
sealed class SettingsEndpoint
{
    /// <summary>What a client would read (spec/settings.md).</summary>
    const int LongestFile = 64 * 1024;

    static readonly byte[] NoRules = """{"tallymark":1,"lifetime_hours":168,"rules":[]}"""u8.ToArray();

    readonly ToolSet _tools;
    readonly DataFolder _data;
    readonly TimeProvider _time;
    readonly ILogger _log;

    // Under _gate.
    readonly Lock _gate = new();
    readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Reads the files of all tools, so that an operator hears of a mistake at start.</summary>
    public SettingsEndpoint(ToolSet tools, DataFolder data, TimeProvider time, ILogger log)
    {
        _tools = tools;
        _data = data;
        _time = time;
        _log = log;
        foreach (var tool in tools.All)
            Of(tool);
    }

    public Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Get;
            return RefuseAsync(context, Problem.Method);
        }

        if (context.Request.Query["tool"] is not [{ } name] || _tools.Find(name) is not { } tool)
            return RefuseAsync(context, Problem.UnknownTool);
        var answer = Of(tool);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(answer).AsTask();
    }

    Task RefuseAsync(HttpContext context, Problem problem) =>
        Replies.RefusedAsync(context.Response, new Refusal(problem), _time.GetUtcNow());

    byte[] Of(Tool tool)
    {
        var path = _data.Settings(tool.Name);
        lock (_gate)
        {
            // Where there is no file this is a time of long ago, always the same.
            var written = File.GetLastWriteTimeUtc(path);
            var known = _known.GetValueOrDefault(tool.Name, new Known(default, 0, NoRules));
            if (known.Written == written && known.Versions == tool.Accepted.Count) // a new manifest can make them right
                return known.Answer;
            known = new Known(written, tool.Accepted.Count, File.Exists(path) ? Read(path, tool) ?? known.Answer : NoRules);
            _known[tool.Name] = known;
            return known.Answer;
        }
    }

    // Null: it can't be used, as the log says, once for each time that it was written.
    byte[]? Read(string path, Tool tool)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LongestFile)
            {
                _log.SettingsRefused(tool.Name, $"it has more than {LongestFile} bytes");
                return null;
            }

            var text = new byte[file.Length];
            file.ReadExactly(text);
            if (SettingsText.Check(text, tool) is { } wrong)
            {
                _log.SettingsRefused(tool.Name, wrong);
                return null;
            }

            _log.SettingsAccepted(tool.Name);
            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.SettingsRefused(tool.Name, e.Message);
            return null;
        }
    }

    /// <summary>What is answered, when its file was written, and against how many manifests it was checked.</summary>
    readonly record struct Known(DateTime Written, int Versions, byte[] Answer);
}
