// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Creates a prompt, or the next version of one.</summary>
    public Task<Prompt> CreatePrompt(string name, string template) => Telemetry.CreatePrompt(run =>
    {
        _context.Fill(run);
        return Store.CreatePrompt(name, template);
    });

    /// <summary>Loads a version of a prompt.</summary>
    /// <param name="name">The prompt: <c>NAME/VERSION</c>, or <c>NAME@ALIAS</c>.</param>
    public Task<Prompt> LoadPrompt(string name) => Telemetry.LoadPrompt(run =>
    {
        _context.Fill(run);
        // The last one of the two: a prompt's name may have both.
        var end = name.LastIndexOfAny(['@', '/']);
        run.UsesAlias = end >= 0 && name[end] == '@';
        return end > 0
            ? Store.GetPrompt(name[..end], name[(end + 1)..])
            : throw new MlflowException($"'{name}' is not NAME/VERSION or NAME@ALIAS.");
    });

    /// <summary>Lets an alias name a version.</summary>
    public Task SetPromptAlias(string name, string alias, int version) => Store.SetPromptAlias(name, alias, version);
}
