// SPDX-License-Identifier: MIT
namespace Mlflow;

/// <summary>
/// The libraries that are recorded as imported, in place of MLflow's list of Python packages. No other assembly's name
/// is ever passed to telemetry.
/// </summary>
static class KnownAssemblies
{
    // The manifest's list `known_assemblies`; a test compares the two.
    static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "Anthropic.SDK", "Apache.Arrow", "AutoGen.Core", "Azure.AI.Inference", "Azure.AI.OpenAI", "Keras", "LangChain",
        "LLamaSharp", "MathNet.Numerics", "Microsoft.Agents.AI", "Microsoft.Data.Analysis", "Microsoft.Extensions.AI",
        "Microsoft.ML.AutoML", "Microsoft.ML.Data", "Microsoft.ML.LightGbm", "Microsoft.ML.OnnxRuntime",
        "Microsoft.ML.TimeSeries", "Microsoft.SemanticKernel", "Microsoft.Spark", "NumSharp", "OllamaSharp", "OpenAI",
        "Tensorflow.Binding", "TorchSharp",
    };

    /// <summary>Those that this process has loaded. Empty if there is none.</summary>
    public static IEnumerable<string> Loaded() =>
        [.. AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName().Name ?? "").Where(Names.Contains)];
}
