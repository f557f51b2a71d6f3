// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

/// <summary>
/// How many connections fit into the number of files that the system allows this process. Without the bound, a flood of
/// connections would leave no descriptor for the journal. Stateless.
/// </summary>
static class DescriptorLimit
{
    // Measured at a small collector: 70 libraries and files at its start; then the journal, tools, a query, a backup.
    const int MinFree = 192;

    /// <summary>The bound on connections: the operator's, or half of the descriptors that are free now.</summary>
    /// <exception cref="IOException">Too few are free to run at all.</exception>
    public static int Connections(int max, ILogger log)
    {
        // The runtime has raised the soft limit to the hard one already.
        var (limit, used) = (ProcessNumbers.MaxOpenFiles, ProcessNumbers.OpenFiles);
        if (limit == 0)
            return max;
        if (limit - used < MinFree)
        {
            throw new IOException(
                $"The system allows this process {limit} open files. It needs at least {used + MinFree}: raise the "
                + "limit (LimitNOFILE= of the unit, or ulimit -n).");
        }

        var connections = (int)Math.Min(max, (limit - used) / 2);
        if (connections < max)
            log.FewDescriptors(limit, connections);
        return connections;
    }
}
