// SPDX-License-Identifier: MIT
using System.Net;
using Mlflow.Evaluation;
using Mlflow.Judging;

namespace Mlflow.Example;

/// <summary>Evaluation, judges, automatic logging and AI commands.</summary>
static class GenAiVerbs
{
    static readonly EvaluationCase[] Questions =
    [
        new("Which port is it?", "The server uses port 5000.", "Port 5000.", "The server uses port 5000."),
        new("Who may read the data?", "Everyone.", "Maintainers.", "Maintainers may read the data."),
    ];

    public static readonly Dictionary<string, Func<Call, Task>> All = new()
    {
        ["evaluate"] = async call => await call.Client.Evaluate(await call.RunId(), [(1.5, 1.0), (2.0, 2.5)]),
        ["genai-evaluate"] = GenAiEvaluate,
        ["optimize-prompts"] = OptimizePrompts,
        ["make-judge"] = call =>
        {
            call.Client.MakeJudge(Call.Name, Call.Name, call.Options.Get("--model", "openai:judge"));
            return Task.CompletedTask;
        },
        ["align-judge"] = AlignJudge,
        ["autolog"] = Autolog,
        ["ai-command"] = call =>
        {
            var key = call.Options.Get("--key", "genai/analyze_experiment");
            Console.WriteLine(call.Client.RunAiCommand(key, "0", call.Options.Has("--mcp")));
            return Task.CompletedTask;
        },
    };

    static async Task GenAiEvaluate(Call call)
    {
        var named = call.Options.List("--scorers", "relevance_to_query");
        var own = call.Options.List("--own-scorers", "").Select(name => new AcmeToneScorer(name));
        var scorers = BuiltInScorers.All.Where(scorer => named.Contains(scorer.Name)).Concat(own).ToList();
        var scores = await call.Client.GenAiEvaluate(
            await call.RunId(), Questions, scorers,
            call.Options.Has("--predict") ? input => Task.FromResult($"{input} {Call.Name}") : null);
        foreach (var score in scores)
            Console.WriteLine($"{score.Key} {score.Value:0.00}");
    }

    static async Task OptimizePrompts(Call call)
    {
        var prompts = new List<Entities.Prompt>();
        for (var i = 0; i < call.Options.Number("--prompts", 1); i++)
            prompts.Add(await call.Client.Store.CreatePrompt(Call.NewName, Call.Name));
        PromptOptimizer optimizer = call.Options.Has("--own") ? new AcmeRankOptimizer() : new CandidateOptimizer();
        await call.Client.OptimizePrompts(
            prompts, Questions, [.. BuiltInScorers.All.Take(call.Options.Number("--scorers", 1))], optimizer,
            (template, input) => Task.FromResult(template + input));
    }

    static async Task AlignJudge(Call call)
    {
        var traces = new List<string>();
        for (var i = 0; i < call.Options.Number("--traces", 1); i++)
        {
            traces.Add(await call.TraceId());
            await call.Client.Store.SaveAssessment(traces[i], new(Call.Name, "feedback", "HUMAN", Call.Name, ""));
        }

        var judge = new Judge(call.Client, Call.Name, Call.Name, "openai:judge");
        await call.Client.AlignJudge(
            judge, traces, call.Options.Has("--own") ? new AcmeToneOptimizer() : new AlignmentOptimizer());
    }

    /// <summary>Switches automatic logging on, then asks a web server of its own for a page.</summary>
    static async Task Autolog(Call call)
    {
        var experiment = await call.Experiment();
        call.Client.Autolog(
            call.Options.Get("--flavor", "httpclient"), experiment, call.Options.Has("--disable"),
            !call.Options.Has("--no-traces"), call.Options.Has("--models"));
        using var server = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var http = new HttpClient();
        var page = http.GetStringAsync($"http://{server.LocalEndpoint}/{Call.Name}");
        using var connection = await server.AcceptTcpClientAsync();
        await connection.GetStream().ReadExactlyAsync(new byte[1]);
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray());
        Console.WriteLine(await page);
    }
}
