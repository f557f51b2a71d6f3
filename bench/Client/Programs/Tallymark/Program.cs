// SPDX-License-Identifier: MIT
// The program with Tallymark: one event, as in the README.

using Tallymark.Bench;

using var telemetry = LinesTelemetry.Start(args);
telemetry.Count(run =>
{
    run.Lines = Work.CountLines(args[0]);
});
