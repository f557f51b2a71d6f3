// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Tallymark.AspNetCore;

/// <summary>A script for web pages (<c>sdk/browser</c>), from the resources of this assembly. Immutable.</summary>
sealed class PageScript
{
    /// <summary>The scripts that a page may load.</summary>
    internal static readonly string[] Names = ["tally.js", "elements.js"];

    readonly byte[] _script;
    readonly string _tag;

    internal PageScript(string name)
    {
        using var resource = typeof(PageScript).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"This build of Tallymark.AspNetCore does not contain {name}.");
        _script = new byte[resource.Length];
        resource.ReadExactly(_script);
        _tag = '"' + Convert.ToHexStringLower(SHA256.HashData(_script).AsSpan(0, 8)) + '"';
    }

    /// <summary>Sends the script, or says that the browser has it. A browser asks each time.</summary>
    internal async Task Send(HttpContext context)
    {
        var response = context.Response;
        response.Headers.ETag = _tag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.Headers.IfNoneMatch == _tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "text/javascript; charset=utf-8";
        response.ContentLength = _script.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(_script, context.RequestAborted);
    }
}
