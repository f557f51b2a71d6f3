// SPDX-License-Identifier: MIT
using System.Text.Json;
using Mlflow.Entities;
using Mlflow.Server.Api;
using Mlflow.Stores;

namespace Mlflow.Server.Gateway;

/// <summary>The interfaces by which programs call the models of the gateway.</summary>
sealed class InvocationRoutes(ModelRouter router, EventContext context)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(
            "/gateway/{name}/mlflow/invocations",
            (string name, Invocation request) =>
                Invoke("mlflow_invocations", PathName.Decode(name), request, Results.Json));
        routes.MapPost(
            "/gateway/mlflow/v1/chat/completions",
            (Invocation request) => Invoke("mlflow_chat_completions", request.Model, request, AsCompletion));
        routes.MapPost(
            "/gateway/openai/v1/chat/completions",
            (Invocation request) => Invoke("openai_chat_completions", request.Model, request, AsCompletion));
    }

    IResult Invoke(
        string type, string endpoint, Invocation request,
        Func<ChatMessage, JsonSerializerOptions?, string?, int?, IResult> whole) =>
        UsageTracking.Client.GatewayInvocation(run =>
        {
            context.Fill(run);
            run.InvocationType = type;
            run.IsStreaming = request.Stream;
            var answer = router.Answer(endpoint, request.Messages);
            return request.Stream ? AsEvents(answer) : whole(answer, MlflowJson.Options, null, null);
        });

    static IResult AsCompletion(
        ChatMessage answer, JsonSerializerOptions? options, string? contentType, int? statusCode) =>
        Results.Json(new { Object = "chat.completion", Choices = new[] { new { Index = 0, Message = answer } } },
            options, contentType, statusCode);

    // Server-sent events, a word in each.
    static IResult AsEvents(ChatMessage answer) => Results.Stream(
        async body =>
        {
            await using var text = new StreamWriter(body);
            foreach (var word in answer.Content.Split(' '))
            {
                var chunk = new
                {
                    Object = "chat.completion.chunk",
                    Choices = new[] { new { Index = 0, Delta = new { Content = word + " " } } },
                };
                await text.WriteAsync($"data: {JsonSerializer.Serialize(chunk, MlflowJson.Options)}\n\n");
                await text.FlushAsync();
            }

            await text.WriteAsync("data: [DONE]\n\n");
        },
        "text/event-stream");

    // The endpoint is in the address, or is the model.
    sealed record Invocation(IReadOnlyList<ChatMessage> Messages, string Model = "", bool Stream = false);
}
