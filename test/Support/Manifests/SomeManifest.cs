// SPDX-License-Identifier: MIT

namespace Tallymark.Support;

/// <summary>Small manifests for tests that need no text of one.</summary>
static class SomeManifest
{
    /// <summary>A manifest with these events, without datasets.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="fields">The common fields.</param>
    /// <param name="events">The events.</param>
    public static ToolManifest Of(string tool, IReadOnlyList<Field> fields, params IReadOnlyList<Event> events) => new()
    {
        Tool = tool,
        Command = tool,
        Title = $"{tool}, the tool",
        Version = 1,
        Purpose = "to understand usage",
        Recipient = $"the {tool} maintainers",
        Endpoint = $"https://telemetry.{tool}.example/v1/batches",
        Repository = $"https://{tool}.example/{tool}-tool",
        Contact = $"mailto:privacy@{tool}.example",
        Time = TimePrecision.Second,
        RetentionDays = 400,
        License = "CC-BY-4.0",
        Consent = new ConsentRules { DefaultOn = true, Variables = [] },
        Notice = new NoticeRules { Channels = [NoticeChannel.Setup], More = "docs/privacy.md" },
        Lists = [],
        Fields = fields,
        Events = events,
        Datasets = [],
    };

    public static Event Event(string name, params IReadOnlyList<Field> fields) =>
        new() { Name = name, Why = "To learn.", Fields = fields };

    /// <summary>A field that the SDK fills; published, unless it is the installation.</summary>
    public static Field Field(string name, FieldType type, string? part = null) => new()
    {
        Name = name,
        Type = type,
        Part = part,
        Why = $"To learn about {name}.",
        Example = "x",
        Published = type != FieldType.Installation,
        Source = FieldSource.Sdk,
        Sensitivity = new Sensitivity(Personal: false, Identifier: type == FieldType.Installation, Sensitive: false),
    };
}
