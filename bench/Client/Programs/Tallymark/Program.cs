// SPDX-License-Identifier: MIT
// The program with Tallymark: one event, in the form that the README shows.

using Tallymark.Bench;

using var telemetry = LinesTelemetry.Start(args);
telemetry.Count(run =>
{
    run.Lines = Work.CountLines(args[0]);
});
