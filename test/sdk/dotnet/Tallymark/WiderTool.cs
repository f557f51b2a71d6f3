// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>The next version of a tool, with another scope.</summary>
static class WiderTool
{
    public static ToolDefinition Of(ToolDefinition now, string scope, Func<string[]>? descriptions = null) => new()
    {
        Tool = now.Tool,
        Title = now.Title,
        Version = now.Version,
        Endpoint = now.Endpoint,
        Recipient = now.Recipient,
        Notice = now.Notice,
        Scope = scope,
        ScopeId = new string('1', 64),
        Manifest = now.Manifest + 1,
        Channels = now.Channels,
        DefaultOn = now.DefaultOn,
        Variables = now.Variables,
        Descriptions = descriptions,
    };
}
