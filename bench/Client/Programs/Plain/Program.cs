// SPDX-License-Identifier: MIT
// The program without telemetry.

using Tallymark.Bench;

Work.CountLines(args[0]);
