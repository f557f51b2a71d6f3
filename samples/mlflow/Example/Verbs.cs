// SPDX-License-Identifier: MIT
namespace Mlflow.Example;

/// <summary>All verbs.</summary>
static class Verbs
{
    static readonly Dictionary<string, Func<Call, Task>> All = new[]
    {
        TrackingVerbs.All, ModelVerbs.All, GenAiVerbs.All, GatewayVerbs.All, ProcessVerbs.All,
    }.SelectMany(part => part).ToDictionary();

    public static IEnumerable<string> Names => All.Keys;

    public static Func<Call, Task>? Find(string verb) => verb == "tour" ? Tour : All.GetValueOrDefault(verb);

    /// <summary>Every verb with its default options; without a server, those that need none.</summary>
    static async Task Tour(Call call)
    {
        var verbs = TrackingVerbs.All.Concat(ModelVerbs.All).Concat(GenAiVerbs.All).Concat(GatewayVerbs.All)
            .Where(verb => call.Options.Has("--server") || !GatewayVerbs.NeedServer.Contains(verb.Key));
        foreach (var (_, verb) in verbs)
            await verb(call);
    }
}
