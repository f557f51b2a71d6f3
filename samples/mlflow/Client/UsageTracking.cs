// SPDX-License-Identifier: MIT
namespace Mlflow;

/// <summary>The anonymous usage telemetry of this process. Thread-safe; no member throws.</summary>
public static class UsageTracking
{
    static readonly Lazy<MlflowTelemetry> Started = new(Start);

    /// <summary>
    /// The current telemetry client; null whenever nothing can be recorded. One line tells a program whether telemetry
    /// is off: <c>Debug.Assert(UsageTracking.CurrentClient is null, "Telemetry is enabled");</c>. Checks variables and
    /// files each time, so it changes as soon as a switch does. Cost: some microseconds.
    /// </summary>
    public static MlflowTelemetry? CurrentClient => Started.Value.Current;

    /// <summary>
    /// Records events; while telemetry is off, its events cost nothing and leave nothing. The first use starts it and
    /// may show the notice on standard error.
    /// </summary>
    public static MlflowTelemetry Client => Started.Value;

    static MlflowTelemetry Start()
    {
        var telemetry = MlflowTelemetry.Start([]);

        // Also the end of a process that received SIGTERM. Each event is in its file as soon as it has ended; this
        // closes the file, so that the next upload takes it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => telemetry.Dispose();
        return telemetry;
    }
}
