// SPDX-License-Identifier: MIT
// The same behaviour of both stores, through the client.

using Mlflow.Entities;

namespace Mlflow.Tests;

public sealed class StoreTests
{
    [Theory]
    [InlineData("files")]
    [InlineData("server")]
    public async Task A_run_keeps_what_was_logged_to_it(string kind)
    {
        await using var stores = await Stores.Open(kind);
        var client = stores.Client;
        Assert.Equal("0", await client.CreateExperiment("prices"));
        Assert.Equal("1", await client.CreateExperiment("names, with / and ."));
        var run = await client.CreateRun("1");
        await client.LogMetric(run.RunId, "loss", 0.5, step: 0);
        await client.LogMetric(run.RunId, "loss", 0.25, step: 1);
        await client.LogParam(run.RunId, "depth", "3");
        await client.LogParam(run.RunId, "depth", "4");
        await client.LogBatch(run.RunId, new RunBatch([], [new Param("rate", "0.1")], [new Tag("by", "ada")]));
        await client.LogBatch(run.RunId, new RunBatch([], [], [new Tag("by", "bob")]));
        await client.LogDataset(run.RunId, new Dataset("cars", "5f0c", "file:cars.csv"));

        var read = await client.Store.GetRun(run.RunId);
        Assert.Equal(run, read.Run);
        Assert.Equal([(0.5, 0L), (0.25, 1L)], read.Data.Metrics.Select(m => (m.Value, m.Step)));
        Assert.Equal([("depth", "3"), ("rate", "0.1")], read.Data.Params.Select(p => (p.Key, p.Value)).Order());
        Assert.Equal([new Tag("by", "bob")], read.Data.Tags);
        Assert.Equal([new Dataset("cars", "5f0c", "file:cars.csv")], read.Datasets);
        Assert.Equal(["prices", "names, with / and ."], (await client.Store.ListExperiments()).Select(e => e.Name));
        Assert.Equal([run], await client.Store.ListRuns("1"));
        Assert.Empty(await client.Store.ListRuns("0"));
    }

    [Theory]
    [InlineData("files")]
    [InlineData("server")]
    public async Task Asynchronous_logging_is_complete_and_in_order_when_the_client_is_disposed(string kind)
    {
        await using var stores = await Stores.Open(kind);
        var run = await stores.Client.CreateRun(await stores.Client.CreateExperiment("prices"));
        await using (var other = new MlflowClient(stores.Address))
        {
            for (var step = 0; step < 50; step++)
                await other.LogMetric(run.RunId, "loss", 1.0 / (step + 1), step, synchronous: false);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(step => (long)step),
            (await stores.Client.Store.GetRun(run.RunId)).Data.Metrics.Select(m => m.Step));
    }

    [Theory]
    [InlineData("files")]
    [InlineData("server")]
    public async Task Models_prompts_traces_and_webhooks_come_back_as_they_were_saved(string kind)
    {
        await using var stores = await Stores.Open(kind);
        var client = stores.Client;
        var run = await client.CreateRun(await client.CreateExperiment("prices"));
        var model = await client.LogModel(
            run.RunId, "trees", "sklearn", new { Depth = 3 }, new ModelOptions { PipRequirements = ["a", "b"] });
        var read = await client.GetLoggedModel(model.ModelId);
        Assert.Equal("{\"depth\":3}", System.Text.Encoding.UTF8.GetString(read.Content));
        Assert.Equal("a\nb", read.Attributes["pip_requirements"]);

        await client.CreateRegisteredModel("trees");
        Assert.Equal(1, (await client.CreateModelVersion("trees", model.ModelId)).Version);
        Assert.Equal(2, (await client.CreateModelVersion("trees", model.ModelId)).Version);

        await client.CreatePrompt("ask", "one");
        await client.CreatePrompt("ask", "two");
        await client.SetPromptAlias("ask", "best", 1);
        Assert.Equal("one", (await client.LoadPrompt("ask@best")).Template);
        Assert.Equal("two", (await client.LoadPrompt("ask/2")).Template);
        Assert.Equal([("ask", 2)], (await client.Store.ListPrompts()).Select(p => (p.Name, p.Version)));
        await client.CreatePrompt("who@where/why", "three");
        Assert.Equal("three", (await client.LoadPrompt("who@where/why/1")).Template);
        await client.SetPromptAlias("who@where/why", "best", 1);
        Assert.Equal("three", (await client.LoadPrompt("who@where/why@best")).Template);

        var trace = client.StartTrace("0", "answer", "?");
        await trace.AddSpan("think", "?", text => Task.FromResult(text + "!"));
        await trace.End("42");
        Assert.Equal(["answer", "think"], (await client.Store.GetTrace(trace.TraceId)).Spans.Select(s => s.Name));
        await client.LogFeedback(trace.TraceId, "tone", "good");
        await client.LogExpectation(trace.TraceId, "answer", "42");
        Assert.Equal(["feedback", "expectation"],
            (await client.Store.ListAssessments(trace.TraceId)).Select(a => a.Type));
        Assert.Equal(32, (await client.CreateWebhook("hook", "http://127.0.0.1:9/", ["prompt.created"])).WebhookId.Length);
    }

    [Theory]
    [InlineData("files")]
    [InlineData("server")]
    public async Task A_mistake_is_an_exception_that_says_what_is_wrong(string kind)
    {
        await using var stores = await Stores.Open(kind);
        var client = stores.Client;
        await client.CreateExperiment("prices");
        await client.CreateRegisteredModel("trees");
        foreach (var (call, word) in ((Func<Task>, string)[])[
            (() => client.CreateExperiment("prices"), "prices"), (() => client.CreateRun("7"), "7"),
            (() => client.LogMetric("no-run", "loss", 1), "no-run"), (() => client.GetLoggedModel("no-model"), "no-model"),
            (() => client.CreateRegisteredModel("trees"), "trees"), (() => client.CreateModelVersion("none", "x"), "none"),
            (() => client.LoadPrompt("ask/1"), "ask"), (() => client.LoadPrompt("ask"), "NAME@ALIAS"),
            (() => client.LogFeedback("no-trace", "a", "b"), "no-trace")])
            Assert.Contains(word, (await Assert.ThrowsAsync<MlflowException>(call)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_and_an_unknown_scheme_are_exceptions_too()
    {
        await using var gone = new MlflowClient("http://127.0.0.1:9");
        await Assert.ThrowsAsync<MlflowException>(() => gone.CreateExperiment("prices"));
        await using var unknown = new MlflowClient("mysql://db/mlflow");
        await Assert.ThrowsAsync<MlflowException>(() => unknown.CreateExperiment("prices"));
    }
}
