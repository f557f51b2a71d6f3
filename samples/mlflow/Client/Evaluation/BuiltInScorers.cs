// SPDX-License-Identifier: MIT
namespace Mlflow.Evaluation;

/// <summary>The scorers that come with this client. They compare words, and need no model.</summary>
public static class BuiltInScorers
{
    /// <summary>How much of the expected answer the answer contains.</summary>
    public static Scorer AnswerCorrectness { get; } =
        new WordScorer("answer_correctness", e => Overlap(of: e.Expected, with: e.Outputs));

    /// <summary>How much of the answer is about the question.</summary>
    public static Scorer AnswerRelevance { get; } =
        new WordScorer("answer_relevance", e => Overlap(of: e.Inputs, with: e.Outputs));

    /// <summary>How many words answer and expected answer share.</summary>
    public static Scorer AnswerSimilarity { get; } =
        new WordScorer("answer_similarity", e => Shared(e.Outputs, e.Expected));

    /// <summary>How much of the answer rests on the context.</summary>
    public static Scorer Faithfulness { get; } =
        new WordScorer("faithfulness", e => Overlap(of: e.Outputs, with: e.Context));

    /// <summary>How much of the question the context covers.</summary>
    public static Scorer Relevance { get; } =
        new WordScorer("relevance", e => Overlap(of: e.Inputs, with: e.Context));

    /// <summary>How many words question and answer share.</summary>
    public static Scorer RelevanceToQuery { get; } =
        new WordScorer("relevance_to_query", e => Shared(e.Inputs, e.Outputs));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scorer> All { get; } =
        [AnswerCorrectness, AnswerRelevance, AnswerSimilarity, Faithfulness, Relevance, RelevanceToQuery];

    /// <summary>The name for telemetry: that of a built-in scorer, or <c>custom_scorer</c> for any other.</summary>
    internal static string TelemetryName(Scorer scorer) => scorer is WordScorer ? scorer.Name : "custom_scorer";

    static double Overlap(string? of, string? with)
    {
        var words = Words(of);
        return words.Count == 0 ? 0 : (double)words.Count(Words(with).Contains) / words.Count;
    }

    static double Shared(string? one, string? other)
    {
        var (left, right) = (Words(one), Words(other));
        var all = left.Union(right, StringComparer.Ordinal).Count();
        return all == 0 ? 0 : (double)left.Count(right.Contains) / all;
    }

    static HashSet<string> Words(string? text) => (text ?? "").ToLowerInvariant()
        .Split([' ', '\n', ',', '.', ';', ':', '?', '!'], StringSplitOptions.RemoveEmptyEntries)
        .ToHashSet(StringComparer.Ordinal);

    sealed class WordScorer(string name, Func<EvaluationCase, double> score) : Scorer
    {
        public override string Name => name;

        public override Task<double> Score(EvaluationCase example) => Task.FromResult(score(example));
    }
}
