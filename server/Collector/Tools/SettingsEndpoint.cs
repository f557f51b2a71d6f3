// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Answers <c>GET /v1/settings?tool=TOOL</c> with the operator's settings for a tool's installations, or none
/// (<c>spec/settings.md</c>). Each request checks the time of the tool's file, and reads the file when that changed. A
/// file that fails the check changes nothing. Thread-safe.
/// </summary>
sealed class SettingsEndpoint(ToolSet tools, DataFolder data, TimeProvider time, ILogger log)
{
    /// <summary>The limit of the clients (<c>spec/settings.md</c>).</summary>
    const int MaxFileBytes = 64 * 1024;

    static readonly byte[] NoRules = """{"tallymark":1,"lifetime_hours":168,"rules":[]}"""u8.ToArray();

    readonly Lock _lock = new();

    // Under _lock.
    readonly Dictionary<string, CachedAnswer> _cache = new(StringComparer.Ordinal);

    /// <summary>Reads the files of all tools, so that the log shows a mistake at start.</summary>
    public void ReadAll()
    {
        foreach (var tool in tools.All)
            AnswerOf(tool);
    }

    public Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Get;
            return RefuseAsync(context, Problem.Method);
        }

        if (context.Request.Query["tool"] is not [{ } name] || tools.Find(name) is not { } tool)
            return RefuseAsync(context, Problem.UnknownTool);
        var answer = AnswerOf(tool);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(answer).AsTask();
    }

    Task RefuseAsync(HttpContext context, Problem problem) =>
        Replies.RefusedAsync(context.Response, new Refusal(problem), time.GetUtcNow());

    byte[] AnswerOf(Tool tool)
    {
        var path = data.Settings(tool.Name);
        lock (_lock)
        {
            // If the file does not exist, the system returns a constant time in the past.
            var written = File.GetLastWriteTimeUtc(path);
            var cached = _cache.GetValueOrDefault(tool.Name, new CachedAnswer(default, 0, NoRules));
            // A new manifest version can make a refused file valid.
            if (cached.Written == written && cached.Versions == tool.Accepted.Count)
                return cached.Answer;
            var answer = File.Exists(path) ? Read(path, tool) ?? cached.Answer : NoRules;
            _cache[tool.Name] = new CachedAnswer(written, tool.Accepted.Count, answer);
            return answer;
        }
    }

    // Null: the file can't be used. The log says why, once for each time it was written.
    byte[]? Read(string path, Tool tool)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxFileBytes)
            {
                log.SettingsRefused(tool.Name, $"it has more than {MaxFileBytes} bytes");
                return null;
            }

            var text = new byte[file.Length];
            file.ReadExactly(text);
            if (SettingsValidator.Validate(text, tool) is { } error)
            {
                log.SettingsRefused(tool.Name, error);
                return null;
            }

            log.SettingsAccepted(tool.Name);
            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.SettingsRefused(tool.Name, e.Message);
            return null;
        }
    }

    /// <param name="Written">The time of the file.</param>
    /// <param name="Versions">The number of manifest versions that it was checked against.</param>
    /// <param name="Answer">The answer.</param>
    readonly record struct CachedAnswer(DateTime Written, int Versions, byte[] Answer);
}
