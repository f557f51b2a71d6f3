// SPDX-License-Identifier: MIT
using DuckDB.NET.Data;
using Mlflow;
using Mlflow.Server;

switch (args)
{
    case ["telemetry", .. var verb]:
        return MlflowTelemetry.Command(verb);
    case ["--help" or "-h"]:
        Console.WriteLine(ServerOptions.Usage);
        return 0;
}

if (ServerOptions.Parse(args, out var problem) is not { } options)
{
    await Console.Error.WriteLineAsync($"mlflow-server: error: {problem}.\n{ServerOptions.Usage}");
    return 2;
}

try
{
    await using var server = TrackingServer.Create(options);
    await TrackingServer.Start(server);
    Console.WriteLine($"listening on {server.Urls.First()}");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or DuckDBException)
{
    await Console.Error.WriteLineAsync($"mlflow-server: error: {e.Message}");
    return 1;
}
