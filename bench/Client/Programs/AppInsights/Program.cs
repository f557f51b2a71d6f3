// SPDX-License-Identifier: MIT
// The program with Application Insights: one event, flushed. The second argument is the ingestion endpoint.

using System.Globalization;
using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.Extensibility;
using Tallymark.Bench;

// With its default channel (InMemoryChannel) Flush sends and waits.
using var configuration = TelemetryConfiguration.CreateDefault();
configuration.ConnectionString = "InstrumentationKey=5f0c6b9c-7e8d-4a33-85d7-a1be3c0c4a5e;IngestionEndpoint=" + args[1];
var client = new TelemetryClient(configuration);
var lines = Work.CountLines(args[0]);
client.TrackEvent("count", new Dictionary<string, string>(System.StringComparer.Ordinal)
{
    ["lines"] = lines.ToString(CultureInfo.InvariantCulture),
});
client.Flush();
