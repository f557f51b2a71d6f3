// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;

namespace Tallymark.Collector.Http;

/// <summary>
/// Leaves start and stop of a host to the code that owns it. The command handles signals, not the host. Stateless.
/// </summary>
sealed class CallerLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
