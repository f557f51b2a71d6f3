// SPDX-License-Identifier: MIT
// What is measured: one event while the process goes on.

using BenchmarkDotNet.Attributes;

namespace Tallymark.Bench;

/// <summary>What a server does for each request.</summary>
[MemoryDiagnoser]
public class RecordBench
{
    LinesTelemetry? _telemetry;

    /// <summary>Once: it must record, else nothing would be measured.</summary>
    [GlobalSetup]
    public void Start()
    {
        _telemetry = LinesTelemetry.Start([]);
        if (!_telemetry.IsOn)
            throw new InvalidOperationException("Telemetry is off; there is nothing to measure.");
    }

    /// <summary>One event, from its beginning to its line in the file.</summary>
    [Benchmark]
    public void One()
    {
        using var run = _telemetry!.Count();
        run.Lines = 3;
        run.Succeed();
    }

    /// <summary>Ends the run.</summary>
    [GlobalCleanup]
    public void End() => _telemetry!.Dispose();
}
