// SPDX-License-Identifier: MIT
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Tallymark.AspNetCore;

/// <summary>Adds the relay for a tool's web pages to its server (<c>spec/page.md</c>).</summary>
public static class TallymarkEndpoints
{
    const string Base = "/tallymark";

    /// <summary>
    /// Serves the page's scripts, its settings and the two addresses to which it posts, below <c>/tallymark</c>. The
    /// relay sets no cookie, changes no other response and logs nothing. No request waits for the network. In a build
    /// without telemetry it says that telemetry is off.
    /// </summary>
    /// <remarks>Call it once, while you build the server; the relay is then thread-safe.</remarks>
    /// <param name="endpoints">The server's routes.</param>
    /// <param name="telemetry">The object that the generated <c>Start</c> returned; it converts to this type.</param>
    /// <returns>The routes, for example to exempt them from authorisation.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IEndpointConventionBuilder MapTallymark(
        this IEndpointRouteBuilder endpoints,
        Func<string, ReadOnlyMemory<byte>, (int Status, byte[] Json)> telemetry)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(telemetry);
        var time = endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        var relay = new Relay(telemetry, new AddressRateLimiter(time), time);
        var group = endpoints.MapGroup(Base);
        group.MapGet("settings", (RequestDelegate)relay.GetSettings);
        group.MapPost("seen", relay.PostSeen);
        group.MapPost("events", relay.PostEvents);
        foreach (var name in PageScript.Names)
            group.MapMethods(name, [HttpMethods.Get, HttpMethods.Head], new PageScript(name).Send);
        return group;
    }
}
