// SPDX-License-Identifier: MIT
// The program with OpenTelemetry: one span over OTLP/HTTP, flushed. The second argument is the collector's address.

using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using Tallymark.Bench;

using var source = new ActivitySource("lines");
using var provider = Sdk.CreateTracerProviderBuilder()
    .AddSource("lines")
    .AddOtlpExporter(options =>
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(args[1] + "v1/traces");
    })
    .Build();
using (var span = source.StartActivity("count"))
    span?.SetTag("lines", Work.CountLines(args[0]));
provider.ForceFlush();
