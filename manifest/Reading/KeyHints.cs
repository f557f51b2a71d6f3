// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>The advice for a key that is missing or has no value.</summary>
static class KeyHints
{
    /// <summary>A sentence that says what to write for the key, mostly with an example.</summary>
    public static string Of(string key) => key switch
    {
        "tallymark" => "Write `tallymark: 1`, the version of the format.",
        "tool" => "Write the tool's short name, such as `tool: kmpkg`.",
        "version" => "Write a whole number such as `version: 1`; increment it with each change of what is collected.",
        "purpose" => "Write why usage is measured, such as `purpose: to find commands that fail`.",
        "recipient" => "Write who receives the data, such as `recipient: the kmpkg maintainers`.",
        "endpoint" => "Write the collector's URL, such as `endpoint: https://telemetry.example.org/v1/batches`.",
        "repository" => "Write the URL of the source code, such as `repository: https://example.org/tool`.",
        "contact" => "Write where to report a suspected leak, such as `contact: mailto:privacy@example.org`.",
        "retention" => "Write how long events are kept, such as `retention: 400 days`.",
        "rotate" => "Write how long an installation keeps its id: `rotate: month`, `quarter`, `year` or `never`.",
        "identity" => "Write `identity:` and below it `rotate: quarter`.",
        "where" =>
            "Write which servers store the data and where they are, such as `where: a project server in Frankfurt`.",
        "administrators" => "Write who administers the servers, such as `administrators: the infrastructure team`.",
        "consent" => "Write `consent:` and below it `default: on` (opt-out) or `default: off` (opt-in).",
        "default" =>
            "Write `default: on` (opt-out) or `default: off` (opt-in). Tallymark does not choose one for you.",
        "notice" => "Write `notice:` and below it `more: docs/telemetry.md`.",
        "channel" => "Write `channel: terminal`, or several as a list: `channel: [page, terminal]`.",
        "more" => "Write where to read more, such as `more: docs/telemetry.md`.",
        "events" => "Name at least one event.",
        "why" => "Write in one sentence why it is collected.",
        "type" => "Write one of the types, such as `type: count`.",
        "example" => "Write a value that could be sent.",
        "published" => "Write `published: true` or `published: false`.",
        "file" => "Write the name of a file beside the executable, such as `file: kmpkg.disable-metrics`.",
        "how" => "Write how a user creates the file, such as `how: running the setup script with -disableMetrics`.",
        "title" => "Write the display name.",
        "command" => "Write what users type to run the tool, such as `command: dotnet tool`.",
        "columns" => "Write a line `- { name: Day, from: day }` for each column.",
        "from" => "Write `day`, `occurrences`, `event`, `status` or the name of a published field.",
        "name" => "Write a name.",
        _ => "Write a value, or delete it.",
    };
}
