// SPDX-License-Identifier: MIT

namespace Tallymark.Generator.Tests;

/// <summary>Manifests for tests.</summary>
static class Some
{
    /// <summary>The sample's own manifest.</summary>
    public static string Kmpkg { get; } = File.ReadAllText(Repository.KmpkgManifest);

    const string Head = """
        tallymark: 1
        tool: my-tool
        version: 3
        purpose: to test
        recipient: the testers
        endpoint: https://telemetry.example/v1/batches
        repository: https://example.org/my-tool
        contact: mailto:privacy@example.org
        retention: 30 days
        consent:
          default: on
        notice:
          more: docs/privacy.md

        """;

    /// <summary>A manifest with these lists, fields, groups and events.</summary>
    public static string Manifest(string rest) => Head + rest;

    /// <summary>A manifest with one event <c>go</c> and a boolean field of each name.</summary>
    public static string WithFields(params string[] names) =>
        Manifest("events:\n" + Event("go", names.Select(n => Field(n, "boolean", "true"))));

    /// <summary>A manifest with events of these names, without fields.</summary>
    public static string WithEvents(params string[] names) =>
        Manifest("events:\n" + string.Concat(names.Select(n => Event(n, []))));

    public static string Event(string name, params IEnumerable<string> fields)
    {
        var own = string.Concat(fields);
        return $"  {name}:\n    why: To know about {name}.\n" + (own.Length == 0 ? "" : "    fields:\n" + own);
    }

    /// <summary>A field of an event; <paramref name="more"/> are additional lines, <c>key: value</c>.</summary>
    public static string Field(string name, string type, string example, params string[] more) =>
        $"      {name}:\n        type: {type}\n        why: To know the {name}.\n"
        + $"        example: {example}\n        published: false\n"
        + string.Concat(more.Select(m => $"        {m}\n"));

    const string Hash = "5f0c6b9c7e8d4a33f5d7a1be3c0c4a5e8f1f0e6a2d3b4c5d6e7f8091a2b3c4d5";

    /// <summary>Every type, and every key that changes what is generated.</summary>
    public static string AllTypes { get; } = Manifest(
        "lists:\n  catalogue: [zlib, boost]\nevents:\n" + Event(
            "everything",
            Field("a_boolean", "boolean", "true"),
            Field("an_enum", "enum", "slow", "values: [slow, fast, in-between]"),
            Field("a_listed", "enum", "zlib", "list: catalogue"),
            Field("a_set", "enum-set", "[zlib]", "list: catalogue"),
            Field("own_set", "enum-set", "[red]", "values: [red, green]"),
            Field("a_count", "count", "3"),
            Field("a_bucket", "count", "10", "buckets: [0, 1, 10, 100]"),
            Field("a_size", "bytes", "1024"),
            Field("own_duration", "duration", "12"),
            Field("a_duration", "duration", "12", "source: program"),
            Field("a_code", "exit-code", "0"),
            Field("own_version", "version", "1.4.2-rc.1", "prerelease: [rc, beta]"),
            Field("a_version", "version", "3.12", "source: program", "prerelease: [alpha]"),
            Field("an_os", "os", "linux"),
            Field("an_os_version", "os", "debian.12", "part: version"),
            Field("an_arch", "arch", "x64"),
            Field("a_runtime", "runtime", "dotnet", "part: name"),
            Field("a_runtime_version", "runtime", "10.0.0"),
            Field("a_runtime_id", "runtime", "linux-x64", "part: id"),
            Field("a_scheme", "uri-scheme", "https", "values: [https, file]"),
            Field("a_digest", "digest", Hash),
            Field("a_tool_digest", "digest", Hash, "salt: tool"),
            Field("a_machine", "machine", Hash),
            Field("a_session", "session", "45e27512-43e8-4c7e-87ac-a6ac25d75a0d"),
            Field("an_installation", "installation", Hash),
            Field("an_id", "random-id", "45e27512-43e8-4c7e-87ac-a6ac25d75a0d"),
            Field("a_country", "country", "UG"),
            Field("an_environment", "environment", "[ci]"),
            Field("a_stack", "stack", "[\"Tool.Program.Main:12\"]")));

    /// <summary>
    /// An event of the tool's web pages, <c>ui_event</c>, beside the event <c>go</c>; <paramref name="common"/> are
    /// common fields.
    /// </summary>
    public static string WithPage(params string[] common) =>
        Head.Replace("notice:\n", "notice:\n  channel: [page, terminal]\n", StringComparison.Ordinal)
        + (common.Length == 0 ? "" : "fields:\n" + string.Concat(common).Replace(
            "\n    ", "\n", StringComparison.Ordinal)[4..])
        + "events:\n" + Event("go") + Event(
            "ui_event",
            Field("component_id", "enum", "list.create", "values: [list.create, list.search]"),
            Field("event_type", "enum", "onClick", "values: [onClick, onView]"),
            Field("component_type", "enum", "button", "values: [button]"),
            Field("component_view_id", "random-id", "12"))
            .Replace("    why: To know about ui_event", "    source: page\n    why: To know about ui_event",
                StringComparison.Ordinal);
}
