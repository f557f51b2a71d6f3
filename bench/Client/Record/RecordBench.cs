// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;

namespace Tallymark.Bench;

/// <summary>Records one event in a process that keeps running, as a server does for each request.</summary>
[MemoryDiagnoser]
public class RecordBench
{
    LinesTelemetry? _telemetry;

    /// <summary>Runs once. Telemetry must be on, otherwise nothing would be measured.</summary>
    [GlobalSetup]
    public void Start()
    {
        _telemetry = LinesTelemetry.Start([]);
        if (!_telemetry.IsOn)
            throw new InvalidOperationException("Telemetry is off, so there is nothing to measure.");
    }

    /// <summary>One event, from its start to its line in the file.</summary>
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
