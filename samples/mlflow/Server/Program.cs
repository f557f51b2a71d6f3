// SPDX-License-Identifier: MIT
using DuckDB.NET.Data;
using Mlflow;
using Mlflow.Server;

Samples.StandardError.Use();
try
{
    switch (args)
    {
        case ["telemetry", .. var verb]:
            return MlflowTelemetry.Command(verb);
        case ["--help" or "-h"]:
            Console.WriteLine(ServerOptions.Usage);
            return 0;
    }

    if (ServerOptions.Parse(args, out var problem) is not { } options)
        return Fail(2, $"{problem}.\n{ServerOptions.Usage}");
    await using var server = TrackingServer.Create(options);
    await TrackingServer.Start(server);
    Announce($"listening on {server.Urls.First()}");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or DuckDBException)
{
    return Fail(1, e.Message);
}

static int Fail(int code, string problem)
{
    Console.Error.WriteLine($"mlflow-server: error: {problem}");
    return code;
}

// The server works without a reader of this line.
static void Announce(string line)
{
    try
    {
        Console.WriteLine(line);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"mlflow-server: {line}");
    }
}
