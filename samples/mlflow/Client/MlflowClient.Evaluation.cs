// SPDX-License-Identifier: MIT
using Mlflow.Entities;
using Mlflow.Evaluation;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Evaluates a regression model on known values and logs its errors to a run.</summary>
    public Task<IReadOnlyList<Metric>> Evaluate(
        string runId, IReadOnlyList<(double Predicted, double Known)> values) => Telemetry.Evaluate(async run =>
    {
        _context.Fill(run);
        if (values.Count == 0)
            throw new MlflowException("There is nothing to evaluate.");
        var errors = values.Select(v => v.Predicted - v.Known).ToList();
        IReadOnlyList<Metric> metrics = [
            new("mean_absolute_error", errors.Average(Math.Abs), 0, Now()),
            new("root_mean_squared_error", Math.Sqrt(errors.Average(e => e * e)), 0, Now()),
            new("max_error", errors.Max(Math.Abs), 0, Now())];
        await Store.LogBatch(runId, new RunBatch(metrics, [], []));
        return metrics;
    });

    /// <summary>
    /// Lets scorers judge the answers of a GenAI application and logs the mean of each score to a run.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="examples">Inputs, with answers unless <paramref name="predict"/> gives them.</param>
    /// <param name="scorers">Built-in and own ones.</param>
    /// <param name="predict">The application; null: the examples have its answers.</param>
    public Task<IReadOnlyList<Metric>> GenAiEvaluate(
        string runId, IReadOnlyList<EvaluationCase> examples, IReadOnlyList<Scorer> scorers,
        Func<string, Task<string>>? predict = null) => Telemetry.GenaiEvaluate(async run =>
    {
        _context.Fill(run);
        run.BuiltinScorers = scorers.Select(BuiltInScorers.TelemetryName);
        run.PredictFn = predict is not null;
        var answered = await Answer(examples, predict);
        var metrics = new List<Metric>();
        foreach (var scorer in scorers)
            metrics.Add(new Metric(scorer.Name + "/mean", await MeanScore(scorer, answered), 0, Now()));
        await Store.LogBatch(runId, new RunBatch(metrics, [], []));
        return (IReadOnlyList<Metric>)metrics;
    });

    /// <summary>Finds better templates for prompts and saves each as the next version.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="examples">Inputs with expected answers.</param>
    /// <param name="scorers">They judge the answers.</param>
    /// <param name="optimizer">Proposes the templates.</param>
    /// <param name="predict">Answers an input under a template.</param>
    public Task<IReadOnlyList<Prompt>> OptimizePrompts(
        IReadOnlyList<Prompt> prompts, IReadOnlyList<EvaluationCase> examples, IReadOnlyList<Scorer> scorers,
        PromptOptimizer optimizer, Func<string, string, Task<string>> predict) =>
        Telemetry.PromptOptimization(async run =>
        {
            _context.Fill(run);
            run.OptimizerType = optimizer.GetType().Name;
            run.PromptCount = prompts.Count;
            run.ScorerCount = scorers.Count;
            var better = new List<Prompt>();
            foreach (var prompt in prompts)
            {
                var best = (prompt.Template, Score: double.NegativeInfinity);
                foreach (var template in optimizer.Candidates(prompt).Prepend(prompt.Template))
                {
                    var answered = await Answer(examples, input => predict(template, input));
                    var score = 0.0;
                    foreach (var scorer in scorers)
                        score += await MeanScore(scorer, answered);
                    if (score > best.Score)
                        best = (template, score);
                }

                better.Add(await Store.CreatePrompt(prompt.Name, best.Template));
            }

            return (IReadOnlyList<Prompt>)better;
        });

    static async Task<IReadOnlyList<EvaluationCase>> Answer(
        IReadOnlyList<EvaluationCase> examples, Func<string, Task<string>>? predict)
    {
        if (predict is null)
            return examples;
        var answered = new List<EvaluationCase>();
        foreach (var example in examples)
            answered.Add(example with { Outputs = await predict(example.Inputs) });
        return answered;
    }

    static async Task<double> MeanScore(Scorer scorer, IReadOnlyList<EvaluationCase> examples)
    {
        var sum = 0.0;
        foreach (var example in examples)
            sum += await scorer.Score(example);
        return examples.Count == 0 ? 0 : sum / examples.Count;
    }
}
