// SPDX-License-Identifier: MIT
using Mlflow;

// The command that comes with the client library:
//   mlflow telemetry VERB                        the user's control of telemetry
//   mlflow ai-commands run KEY [EXPERIMENT]      prints a command for an AI assistant
Samples.StandardError.Use();
switch (args)
{
    case ["telemetry", .. var verb]:
        return MlflowTelemetry.Command(verb);
    case ["ai-commands", "run", var key, .. var rest] when rest.Length < 2:
        try
        {
            await using var client = new MlflowClient();
            Console.WriteLine(client.RunAiCommand(key, rest is [var experiment] ? experiment : "0"));
            return 0;
        }
        catch (Exception e) when (e is MlflowException or IOException or UnauthorizedAccessException)
        {
            // Also if the prompt could not be printed: a closed descriptor, a full disk.
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

    default:
        await Console.Error.WriteLineAsync("mlflow telemetry VERB | mlflow ai-commands run KEY [EXPERIMENT]");
        return 2;
}
