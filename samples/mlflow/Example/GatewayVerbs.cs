// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow.Example;

/// <summary>The gateway of a tracking server.</summary>
static class GatewayVerbs
{
    static readonly ModelConfig Echo = new("echo", "echo");

    public static readonly Dictionary<string, Func<Call, Task>> All = new()
    {
        ["gateway-create-endpoint"] = async call => await Create(call),
        ["gateway-update-endpoint"] = Update,
        ["gateway-delete-endpoint"] = async call =>
        {
            var name = await Create(call);
            await call.Client.Gateway.DeleteEndpoint(name);
        },
        ["gateway-get-endpoint"] = async call => await call.Client.Gateway.GetEndpoint(await Create(call)),
        ["gateway-list-endpoints"] = async call => await call.Client.Gateway.ListEndpoints(Provider(call)),
        ["gateway-create-secret"] = async call => await CreateSecret(call),
        ["gateway-update-secret"] = async call =>
            await call.Client.Gateway.UpdateSecret(await CreateSecret(call), Call.Name),
        ["gateway-delete-secret"] = async call => await call.Client.Gateway.DeleteSecret(await CreateSecret(call)),
        ["gateway-list-secrets"] = async call => await call.Client.Gateway.ListSecrets(Provider(call)),
        ["gateway-invoke"] = Invoke,
        ["judge"] = async call => Console.WriteLine(await call.Client.InvokeCustomJudgeModel(
            $"{call.Options.Get("--provider", "databricks")}:{await Create(call)}", Call.Name)),
    };

    public static readonly IReadOnlyCollection<string> NeedServer = All.Keys;

    static string? Provider(Call call) => call.Options.Has("--provider") ? call.Options.Get("--provider", "") : null;

    static async Task<string> Create(Call call)
    {
        var name = Call.NewName;
        var models = call.Options.List("--models", "echo").Select(provider => new ModelConfig(provider, Call.Name));
        await call.Client.Gateway.CreateEndpoint(new GatewayEndpoint(
            name, call.Options.Get("--strategy", "REQUEST_BASED_TRAFFIC_SPLIT"), [.. models],
            call.Options.Has("--fallback") ? Echo : null));
        return name;
    }

    static async Task Update(Call call)
    {
        var name = await Create(call);
        await call.Client.Gateway.UpdateEndpoint(new GatewayEndpoint(
            name, "ROUND_ROBIN", call.Options.Has("--keep-models") ? null : [Echo], Fallback: null));
    }

    static async Task<string> CreateSecret(Call call)
    {
        var name = Call.NewName;
        await call.Client.Gateway.CreateSecret(
            new GatewaySecret(name, call.Options.Get("--provider", "openai"), Call.Name));
        return name;
    }

    static async Task Invoke(Call call)
    {
        var endpoint = await Create(call);
        ChatMessage[] messages = [new("user", Call.Name)];
        var said = call.Options.Get("--type", "mlflow_chat_completions") switch
        {
            "mlflow_invocations" => (await call.Client.Gateway.Invoke(endpoint, messages)).Content,
            "mlflow_chat_completions" => await call.Client.Gateway.Chat(
                new ChatRequest(endpoint, messages, call.Options.Has("--stream"))),
            _ => await call.Client.Gateway.Chat(
                new ChatRequest(endpoint, messages, call.Options.Has("--stream")), openAi: true),
        };
        Console.WriteLine(said);
    }
}
