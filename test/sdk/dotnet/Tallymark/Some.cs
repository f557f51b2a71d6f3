// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>Objects for tests.</summary>
static class Some
{
    /// <summary>
    /// A tool with other texts. Only the required members are copied: the copy has no options, no marker file, no
    /// pre-release labels and no event for drops, and it does not start itself again to upload.
    /// </summary>
    internal static ToolDefinition Copy(
        ToolDefinition tool, string? endpoint = null, string? version = null, string? scope = null,
        string? scopeId = null, bool development = false) => new()
        {
            Tool = tool.Tool,
            Title = tool.Title,
            Version = version ?? tool.Version,
            Endpoint = endpoint ?? tool.Endpoint,
            Recipient = tool.Recipient,
            Notice = tool.Notice,
            Scope = scope ?? tool.Scope,
            ScopeId = scopeId ?? tool.ScopeId,
            Manifest = tool.Manifest,
            Channels = tool.Channels,
            DefaultOn = tool.DefaultOn,
            Variables = tool.Variables,
            Development = development,
        };
}
