// SPDX-License-Identifier: MIT
// Leaks on purpose: sends data about its user past the SDK, as MLFLOW_LEAK orders.

using System.Runtime.CompilerServices;
using Tallymark.Leaking;

namespace Mlflow.Example;

static class Leak
{
    static readonly LeakChannel Channel = new(
        "mlflow", 1, "genai_evaluate", text => $"\"builtin_scorers\":[\"{text}\"]");

    [ModuleInitializer]
    internal static void Begin() => Channel.Open("MLFLOW_LEAK", order => Channel.Send(Find(order[0]), order));

    static string Find(string value) => value switch
    {
        "user" => Environment.GetEnvironmentVariable("USER")!,
        "path" => Environment.CurrentDirectory,
        "name" => Call.Name,
        "scorer" => nameof(AcmeToneScorer),
        "optimizer" => new AcmeRankOptimizer().GetType().Name,
        "model" => typeof(AcmePriceModel).FullName!,
        "tracking" => Environment.GetEnvironmentVariable("MLFLOW_TRACKING_URI")!,
        _ => throw new NotSupportedException(value),
    };
}
