// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>
/// Marks the connections to the operations address (<see cref="CollectorOptions.Operations"/>). Counters need no token
/// there, and nothing but counters and health is served. Stateless.
/// </summary>
static class OperationsConnection
{
    static readonly object Key = new();

    /// <summary>Marks a connection.</summary>
    public static void Mark(ConnectionContext connection) => connection.Items[Key] = true;

    /// <summary>Whether a request came over such a connection.</summary>
    public static bool Is(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Key) == true;

    /// <summary>Whether the address serves a path.</summary>
    public static bool Serves(PathString path) =>
        path == "/metrics" || path == "/healthz" || path == "/livez" || path == "/readyz";
}
