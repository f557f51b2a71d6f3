// SPDX-License-Identifier: MIT
using Mlflow;
using Mlflow.Server;

// mlflow-server [--listen HOST:PORT] [--data FOLDER] [--hosts NAME;NAME]
// mlflow-server telemetry VERB
if (args is ["telemetry", .. var verb]) return MlflowTelemetry.Command(verb);
await using var server = TrackingServer.Create(args);
await server.StartAsync();
Console.WriteLine($"listening on {server.Urls.First()}");
await server.WaitForShutdownAsync();
return 0;
