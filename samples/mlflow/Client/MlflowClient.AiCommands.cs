// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>The text of a command for an AI assistant.</summary>
    /// <param name="key">Such as <c>genai/analyze_experiment</c>.</param>
    /// <param name="experimentId">The experiment that the assistant works on.</param>
    /// <param name="fromAssistant">True: an assistant runs the command; false: a person does.</param>
    public string RunAiCommand(string key, string experimentId, bool fromAssistant = false) =>
        Telemetry.AiCommandRun(run =>
        {
            _context.Fill(run);
            run.CommandKey = key;
            run.Context = fromAssistant
                ? MlflowTelemetry.AiCommandRunContext.Mcp : MlflowTelemetry.AiCommandRunContext.Cli;
            using var text = Assembly.GetExecutingAssembly().GetManifestResourceStream($"AiCommands/{key}")
                ?? throw new MlflowException($"There is no AI command '{key}'.");
            using var reader = new StreamReader(text);
            return reader.ReadToEnd().Replace("{{experiment_id}}", experimentId, StringComparison.Ordinal);
        });
}
