// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow.Example;

/// <summary>Models, registered models and prompts.</summary>
static class ModelVerbs
{
    public static readonly Dictionary<string, Func<Call, Task>> All = new()
    {
        ["log-model"] = LogModel,
        ["create-logged-model"] = async call => await call.Client.CreateLoggedModel(await NewModel(call)),
        ["get-logged-model"] = async call =>
        {
            var saved = await call.Client.Store.CreateLoggedModel(await NewModel(call));
            await call.Client.GetLoggedModel(saved.ModelId);
        },
        ["create-registered-model"] = async call => await call.Client.CreateRegisteredModel(Call.NewName),
        ["create-model-version"] = async call =>
        {
            var name = Call.NewName;
            await call.Client.Store.CreateRegisteredModel(name);
            await call.Client.CreateModelVersion(name, Call.Name);
        },
        ["create-prompt"] = async call => await call.Client.CreatePrompt(Call.NewName, Call.Name),
        ["load-prompt"] = LoadPrompt,
    };

    static async Task LogModel(Call call)
    {
        var list = new[] { Call.Name };
        var pairs = new Dictionary<string, string> { [Call.Name] = Call.Name };
        var given = call.Options.List("--given", "");
        await call.Client.LogModel(
            await call.RunId(), Call.Name, call.Options.Get("--flavor", "onnx"), Model(call),
            new ModelOptions
            {
                PipRequirements = given.Contains("pip_requirements") ? list : null,
                ExtraPipRequirements = given.Contains("extra_pip_requirements") ? list : null,
                CodePaths = given.Contains("code_paths") ? list : null,
                Params = given.Contains("params") ? pairs : null,
                Metadata = given.Contains("metadata") ? pairs : null,
            });
    }

    static object Model(Call call) => call.Options.Get("--kind", "object") switch
    {
        "string" => call.Options.Get("--file", ""),
        "PythonModel" => new AcmePriceModel(),
        "ChatModel" => new AcmeChat(),
        "ChatAgent" => new AcmeAgent(),
        "ResponsesAgent" => new AcmeResponses(),
        _ => new { Weights = new[] { 0.1, 0.2 }, Label = Call.Name },
    };

    static async Task<LoggedModel> NewModel(Call call) => new(
        "", await call.RunId(), Call.Name, call.Options.Get("--flavor", "onnx"), [1, 2, 3],
        new Dictionary<string, string>());

    static async Task LoadPrompt(Call call)
    {
        var prompt = await call.Client.Store.CreatePrompt(Call.NewName, "Translate {{text}}.");
        await call.Client.Store.SetPromptAlias(prompt.Name, Call.Name, prompt.Version);
        var loaded = await call.Client.LoadPrompt(
            call.Options.Has("--alias") ? $"{prompt.Name}@{Call.Name}" : $"{prompt.Name}/{prompt.Version}");
        Console.WriteLine(loaded.Template);
    }
}
