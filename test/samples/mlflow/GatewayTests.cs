// SPDX-License-Identifier: MIT
// The gateway of a real server.

using System.Net;
using System.Net.Sockets;
using System.Text;
using Mlflow.Entities;

namespace Mlflow.Tests;

public sealed class GatewayTests
{
    static readonly ModelConfig Echo = new("echo", "echo");

    [Fact]
    public async Task An_endpoint_answers_by_each_interface_and_streams()
    {
        await using var stores = await Stores.Open("server");
        var gateway = stores.Client.Gateway;
        await gateway.CreateEndpoint(new GatewayEndpoint("chat/a b", "ROUND_ROBIN", [Echo, Echo], Fallback: null));
        ChatMessage[] messages = [new("user", "two words")];
        Assert.Equal(new ChatMessage("assistant", "two words"), await gateway.Invoke("chat/a b", messages));
        foreach (var openAi in (bool[])[false, true])
        {
            Assert.Contains(
                "\"content\":\"two words\"", await gateway.Chat(new ChatRequest("chat/a b", messages), openAi),
                StringComparison.Ordinal);
            var streamed = await gateway.Chat(new ChatRequest("chat/a b", messages, Stream: true), openAi);
            Assert.Equal(3, streamed.Split("data: ", StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.EndsWith("data: [DONE]\n\n", streamed, StringComparison.Ordinal);
        }

        var judge = stores.Client.MakeJudge("fair", "Is it fair?", "echo:chat/a b");
        Assert.Equal(1, await judge.Score(new("q", "a")));
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_the_fallback_answers_for_a_model_that_fails()
    {
        await using var stores = await Stores.Open("server");
        var gateway = stores.Client.Gateway;
        await gateway.CreateEndpoint(new GatewayEndpoint("chat", null, [new("openai", "gpt")], Fallback: null));
        ChatMessage[] messages = [new("user", "hi")];
        await Assert.ThrowsAsync<MlflowException>(() => gateway.Invoke("chat", messages));
        await gateway.UpdateEndpoint(new GatewayEndpoint("chat", null, null, Echo));
        Assert.Equal("hi", (await gateway.Invoke("chat", messages)).Content);
        Assert.Equal("openai", Assert.Single((await gateway.GetEndpoint("chat")).Models!).Provider);
        Assert.Single(await gateway.ListEndpoints("openai"));
        Assert.Empty(await gateway.ListEndpoints("anthropic"));
        await gateway.DeleteEndpoint("chat");
        await Assert.ThrowsAsync<MlflowException>(() => gateway.GetEndpoint("chat"));
    }

    [Fact]
    public async Task A_providers_key_is_neither_returned_nor_readable_in_the_database()
    {
        const string Key = "sk-umlaufbahn-4711";
        await using var stores = await Stores.Open("server");
        var gateway = stores.Client.Gateway;
        await gateway.CreateSecret(new GatewaySecret("main", "openai", Key));
        await gateway.UpdateSecret("main", Key + "-new");
        Assert.Equal([new GatewaySecret("main", "openai", "")], await gateway.ListSecrets());
        Assert.Empty(await gateway.ListSecrets("anthropic"));
        Assert.Empty(new LeakSearch(Key).FindBelow(stores.Data));
        await gateway.DeleteSecret("main");
        Assert.Empty(await gateway.ListSecrets());
    }

    [Fact]
    public async Task A_webhook_is_called_for_its_events()
    {
        await using var stores = await Stores.Open("server");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await stores.Client.CreateWebhook("hook", $"http://{listener.LocalEndpoint}/in", ["prompt.created"]);
        await stores.Client.CreateRegisteredModel("not-called-for");
        await stores.Client.CreatePrompt("ask", "one");
        using var call = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("}}", StringComparison.Ordinal))
        {
            var read = await call.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(read > 0, text.ToString());
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        Assert.Contains("\"event\":\"prompt.created\"", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("not-called-for", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Automatic_logging_makes_a_trace_of_each_request_of_the_program()
    {
        using var home = new MlflowHome();
        await home.Example("autolog");
        var traces = Directory.GetFiles(Path.Combine(home.Folder, "mlruns/traces"));
        var trace = await File.ReadAllTextAsync(Assert.Single(traces), TestContext.Current.CancellationToken);
        Assert.Contains("\"name\":\"HTTP GET\"", trace, StringComparison.Ordinal);
        Assert.Contains("/demo", trace, StringComparison.Ordinal);
        Assert.Contains("\"outputs\":\"200\"", trace, StringComparison.Ordinal);
        await home.Example("autolog --no-traces");
        await home.Example("autolog --disable");
        Assert.Single(Directory.GetFiles(Path.Combine(home.Folder, "mlruns/traces")));
    }
}
