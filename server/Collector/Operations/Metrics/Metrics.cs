// SPDX-License-Identifier: MIT
// GET /metrics: every counter in the text format of Prometheus.

using System.Globalization;
using System.Text;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Writes all counters. Safe for any thread. Labels are names of accepted manifests and of closed sets only.
/// </summary>
sealed class Metrics(
    ToolSet tools, RequestCounters batches, RequestCounters deletions, CommitCounters writes, CommitCounters commits, StoreThread store,
    MemoryBudget memory, Admission admission, Connections connections, UnreadableRequests unreadable, InstallationQuota newcomers, DiskSpace disk,
    Certificate? certificate)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public string Text()
    {
        var text = new StringBuilder();
        var all = tools.All;
        var totals = new List<(string Tool, Totals Totals)>(all.Count);
        foreach (var tool in all)
            totals.Add((tool.Name, tool.Counters.Total())); // one look at each tool: its lines add up

        Head(text, "tallymark_events_received_total", "counter", "Events of a known tool; the sum of the four below.");
        foreach (var (tool, total) in totals)
            Line(text, "tallymark_events_received_total", $"tool=\"{tool}\"", total.Received);
        Head(text, "tallymark_events_stored_total", "counter", "Events on disk, in the journal or in the store.");
        foreach (var (tool, total) in totals)
            Line(text, "tallymark_events_stored_total", $"tool=\"{tool}\"", total.Stored);
        Head(text, "tallymark_events_dropped_total", "counter", "Events that will never be stored, by reason.");
        foreach (var (tool, total) in totals)
        {
            foreach (var (reason, name) in Drops.Reasons)
            {
                var labels = $"tool=\"{tool}\",reason=\"{name}\"";
                Line(text, "tallymark_events_dropped_total", labels, total.Dropped[reason]);
            }
        }

        Head(text, "tallymark_events_refused_total", "counter", "Events that their client was asked to bring again.");
        foreach (var (tool, total) in totals)
            Line(text, "tallymark_events_refused_total", $"tool=\"{tool}\"", total.Refused);
        Head(text, "tallymark_events_pending", "gauge", "Events between their receipt and their answer.");
        foreach (var (tool, total) in totals)
            Line(text, "tallymark_events_pending", $"tool=\"{tool}\"", total.Pending);

        Head(text, "tallymark_events_found", "gauge", "Of the stored ones those that the store had at the start and the totals had not noted.");
        foreach (var tool in all)
            Line(text, "tallymark_events_found", $"tool=\"{tool.Name}\"", tool.Counters.Found);
        Head(text, "tallymark_events_missing", "gauge", "Of the stored ones those that the store did not have at the start.");
        foreach (var tool in all)
            Line(text, "tallymark_events_missing", $"tool=\"{tool.Name}\"", tool.Counters.Missing);

        Head(text, "tallymark_events_uncounted_total", "counter", "Of the stored ones those that count nowhere, since the start: too many new installations of a network.");
        foreach (var tool in all)
            Line(text, "tallymark_events_uncounted_total", $"tool=\"{tool.Name}\"", newcomers.Uncounted(tool.Name));

        Head(text, "tallymark_batches_total", "counter", "Requests with a batch, by how they ended.");
        foreach (var (end, count) in batches.All())
            Line(text, "tallymark_batches_total", $"end=\"{end}\"", count);
        Head(text, "tallymark_deletions_total", "counter", "Requests to delete, by how they ended.");
        foreach (var (end, count) in deletions.All())
            Line(text, "tallymark_deletions_total", $"end=\"{end}\"", count);
        One(text, "tallymark_rate_limited_total", "counter", "Requests refused because their network makes too many.", admission.Limited);
        Head(text, "tallymark_requests_unreadable_total", "counter", "Requests that are no HTTP or whose body is none, by status.");
        foreach (var (status, count) in unreadable.All())
            Line(text, "tallymark_requests_unreadable_total", string.Create(CultureInfo.InvariantCulture, $"status=\"{status}\""), count);
        One(text, "tallymark_connections", "gauge", "Connections that are open.", connections.Open);
        One(text, "tallymark_connections_evicted_total", "counter", "Connections that only waited and were closed to make room for others.", connections.Evicted);
        One(text, "tallymark_connections_refused_total", "counter", "Connections closed at once, since all others were at work.", connections.Refused);
        Commits(text, "journal_writes", "writes of the journal", writes);
        Commits(text, "commits", "commits of the store", commits);
        Head(text, "tallymark_events_behind", "gauge", "Stored events that are in the journal and not yet in the store's files.");
        foreach (var tool in tools.All)
            Line(text, "tallymark_events_behind", $"tool=\"{tool.Name}\"", store.BehindOf(tool.Name));
        One(text, "tallymark_memory_bytes", "gauge", "Memory of batches on their way.", memory.Taken);
        One(text, "tallymark_memory_limit_bytes", "gauge", "Past this, batches are refused as busy.", memory.Limit);
        One(text, "tallymark_disk_free_bytes", "gauge", "Free space of the data folder's disk.", disk.Free);
        One(text, "tallymark_disk_reserve_bytes", "gauge", "Below this free space, batches are refused as busy.", disk.Reserve);
        One(text, "tallymark_disk_low", "gauge", "1 while batches are refused for it.", disk.IsLow ? 1 : 0);
        if (certificate is not null)
        {
            One(text, "tallymark_certificate_end_seconds", "gauge", "When the certificate ends, seconds since 1970.", certificate.Ends.ToUnixTimeSeconds());
        }

        return text.ToString();
    }

    static void One(StringBuilder text, string name, string type, string help, long value)
    {
        Head(text, name, type, help);
        Line(text, name, null, value);
    }

    static void Commits(StringBuilder text, string name, string what, CommitCounters counters)
    {
        One(text, $"tallymark_{name}_total", "counter", $"The {what} that worked.", counters.Commits);
        One(text, $"tallymark_{name}_failed_total", "counter", $"The {what} that failed.", counters.Failures);
        One(text, $"tallymark_{name}_batches_total", "counter", $"Batches in {what} that worked.", counters.Batches);
        Head(text, $"tallymark_{name}_seconds_total", "counter", $"Time in {what} that worked.");
        text.Append(CultureInfo.InvariantCulture, $"tallymark_{name}_seconds_total {counters.Time.TotalSeconds:0.######}\n");
    }

    static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    static void Line(StringBuilder text, string name, string? labels, long value)
    {
        text.Append(name);
        if (labels is not null)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
