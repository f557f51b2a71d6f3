// SPDX-License-Identifier: MIT
using Microsoft.AspNetCore.Http;

namespace Tallymark.AspNetCore;

/// <summary>
/// Recognises requests that a browser sent for a page of another site. A browser sets these headers itself; no page can
/// change them.
/// </summary>
static class CrossSite
{
    /// <summary>
    /// True if <c>Sec-Fetch-Site</c> is not <c>same-origin</c>. Browsers send it to <c>https:</c> and to this machine
    /// only; without it, true if <c>Origin</c> is not the address of this request: its <c>Host</c>, or the one that a
    /// reverse proxy has kept in <c>X-Forwarded-Host</c>. A page of another site can't send that header: its browser
    /// asks the server first, which does not allow it. Every browser sends one of the two with a POST, so a POST with
    /// neither is foreign too.
    /// </summary>
    internal static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
            return site != "same-origin";
        var origin = request.Headers.Origin;
        if (origin.Count == 0)
            return HttpMethods.IsPost(request.Method);
        return !(Uri.TryCreate(origin, UriKind.Absolute, out var address) && IsThis(request, address));
    }

    // Not the scheme: behind a proxy it differs.
    static bool IsThis(HttpRequest request, Uri origin)
    {
        if (IsAt(request.Host, origin))
            return true;
        foreach (var host in request.Headers.GetCommaSeparatedValues("X-Forwarded-Host"))
        {
            if (IsAt(new HostString(host), origin))
                return true;
        }

        return false;
    }

    static bool IsAt(HostString host, Uri origin) =>
        string.Equals(host.Host, origin.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port is { } port ? port == origin.Port : origin.IsDefaultPort);
}
