// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Tallymark.Generator.Tests;

/// <summary>
/// A manifest that the reader accepts also compiles, whatever its size: values are generated once a list.
/// </summary>
public sealed class LargeListTests
{
    const int Values = 10_000;

    static readonly string[] Fields = [.. Enumerable.Range(0, 25).Select(i => $"uses_{i}")];

    // The largest list, of the longest values, in 25 fields: 250,000 values and 16 million characters, if repeated.
    static readonly string Manifest = Some.Manifest(
        "lists:\n  ports: ["
        + string.Join(", ", Enumerable.Range(0, Values).Select(i => $"{i:00000}" + new string('x', 59)))
        + "]\nevents:\n" + Some.Event(
            "install", Fields.Select(name => Some.Field(name, "enum", "00000" + new string('x', 59), "list: ports"))));

    [Fact]
    public void The_largest_list_used_by_25_fields_compiles_and_the_SDK_reads_its_whole_scope()
    {
        var manifest = ManifestReader.Read(Manifest).Manifest!;
        var built = new Project { Manifest = Manifest }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.InRange(built.Text!.Length, 0, 3 * Values * 64);

        var definition = (ToolDefinition)built.Load().GetType("Made.MyToolTelemetry")!
            .GetField("Definition", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
        Assert.Equal(Scope.TextOf(manifest), definition.Scope);
        Assert.Equal(Scope.IdOf(manifest), definition.ScopeId);
    }

    [Fact]
    public void The_scope_of_an_ordinary_manifest_is_one_text()
    {
        var compact = CompactScope.Of(ManifestReader.Read(Some.AllTypes).Manifest!);
        Assert.Empty(compact.Lists);
        Assert.Equal(Scope.TextOf(ManifestReader.Read(Some.AllTypes).Manifest!), compact.Text);
    }

    [Fact]
    public void Two_lists_with_the_same_beginning_stay_apart()
    {
        var names = Enumerable.Range(0, 1_000).Select(i => $"name-{i:0000}-with-a-long-end").ToList();
        var joined = string.Join(", ", names);
        var text = Some.Manifest($"lists:\n  one: [{joined}]\n  two: [{joined}, zlib]\n"
            + "events:\n" + Some.Event("install", ((string[])["one", "two", "one", "two"]).Select((list, i) =>
                Some.Field($"f_{i}", "enum", names[0], "list: " + list))));
        var manifest = ManifestReader.Read(text).Manifest!;
        Assert.Equal(2, CompactScope.Of(manifest).Lists.Count);
        var definition = (ToolDefinition)new Project { Manifest = text }.Build().Load().GetType("Made.MyToolTelemetry")!
            .GetField("Definition", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
        Assert.Equal(Scope.TextOf(manifest), definition.Scope);
    }
}
