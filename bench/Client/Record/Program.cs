// SPDX-License-Identifier: MIT
// One record in a running process, measured with BenchmarkDotNet. Without an argument the program only shows the
// notice, so that a receipt exists.

using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Tallymark.Bench;

if (args.Length == 0)
{
    LinesTelemetry.Start(args).Dispose();
    return 0;
}

// In this process, because its home has the receipt.
var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(10).WithIterationCount(20).WithInvocationCount(2048).WithUnrollFactor(16);
var configuration = ManualConfig.CreateEmpty().AddJob(job).AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(NullLogger.Instance).WithArtifactsPath(args[0]);
var summary = BenchmarkRunner.Run<RecordBench>(configuration);
if (summary.HasCriticalValidationErrors || summary.Reports.Length != 1
    || summary.Reports[0].ResultStatistics is not { } times)
{
    throw new InvalidOperationException(
        "BenchmarkDotNet measured nothing. See its log in " + summary.ResultsDirectoryPath + ".");
}

var bytes = summary.Reports[0].GcStats.GetBytesAllocatedPerOperation(summary.Reports[0].BenchmarkCase);
var interval = times.ConfidenceInterval;
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"one record in a running process: median {times.Median / 1000:0.00} us, 99.9% interval " +
    $"{interval.Lower / 1000:0.00} to {interval.Upper / 1000:0.00}, {bytes} bytes allocated"));
return 0;
