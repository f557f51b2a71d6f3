// SPDX-License-Identifier: MIT
namespace Mlflow.Example;

/// <summary>
/// <c>mlflow-example VERB [--OPTION [VALUE]]... [+ VERB ...]</c>: each verb makes one call of the client library.
/// README.md lists them.
/// </summary>
static class Program
{
    static async Task<int> Main(string[] args)
    {
        Samples.StandardError.Use();
        if (args is ["telemetry", .. var words]) return MlflowTelemetry.Command(words);
        var calls = Split(args).ToList();
        if (calls.Any(call => call is not [var verb, ..] || Verbs.Find(verb) is null))
        {
            await Console.Error.WriteLineAsync("mlflow-example VERB; verbs: " + string.Join(", ", Verbs.Names));
            return 2;
        }

        await using var client = new MlflowClient();
        var failed = false;
        foreach (var call in calls)
            failed |= !await Run(client, call);
        return failed ? 1 : 0;
    }

    /// <summary>False if the call failed; the reason is on standard error then.</summary>
    static async Task<bool> Run(MlflowClient client, List<string> call)
    {
        try
        {
            await Verbs.Find(call[0])!(new Call(client, Options.Parse(call[1..])));
            return true;
        }
        catch (Exception e) when (e is MlflowException or IOException or UnauthorizedAccessException)
        {
            // Also if the result could not be printed: a closed descriptor, a full disk.
            await Console.Error.WriteLineAsync(e.Message);
            return false;
        }
    }

    /// <summary>The words between the plus signs.</summary>
    static IEnumerable<List<string>> Split(string[] words)
    {
        var call = new List<string>();
        foreach (var word in words)
        {
            if (word == "+")
            {
                yield return call;
                call = [];
            }
            else
            {
                call.Add(word);
            }
        }

        yield return call;
    }
}
