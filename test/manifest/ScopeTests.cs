// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Manifests.Tests;

/// <summary>The scope, byte for byte: its text, its id, and parsing and comparing it.</summary>
public sealed class ScopeTests
{
    const string PlainScope =
        """
        tallymark-scope 1
        tool demo
        recipient the demo makers
        endpoint https://telemetry.example.org/v1/batches
        retention 90
        minimum 20
        time day
        event run
        field run installation installation
        field run duration duration
        field run colour enum published values=blue,green,red

        """;

    [Fact]
    public void The_text_has_the_specified_format() => Assert.Equal(PlainScope, Scope.TextOf(Some.Plain()));

    [Fact]
    public void The_id_is_the_SHA_256_of_the_text() =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PlainScope))),
            Scope.IdOf(Some.Plain()));

    [Fact]
    public void Each_type_has_its_own_details()
    {
        var lines = Scope.TextOf(Some.AllTypes()).Split('\n');
        Assert.Equal("time nanosecond", lines[7]);
        Assert.Equal("max-per-day 500", lines[6]);
        Assert.Equal("minimum 50", lines[5]);
        Assert.Equal("retention 62", lines[4]);
        foreach (var expected in new[]
        {
            "field everything a_set enum-set values=1.10,a+b:c/d@e._-,no,null,on",
            "field everything a_count count",
            "field everything a_bucket count published buckets=0,1,10,100",
            "field everything a_duration duration",
            "field everything own_duration duration source=program",
            "field everything a_version version published values=preview,rc",
            "field everything own_version version source=program published",
            "field everything an_os os part=family published",
            "field everything an_os_version os part=version published",
            "field everything a_runtime runtime part=version published",
            "field everything a_scheme uri-scheme published values=git+ssh,https",
            "field everything a_digest digest salt=installation",
            "field everything a_tool_digest digest salt=tool",
            "field everything a_machine machine salt=tool",
            "field everything a_stack stack",
        })
            Assert.Contains(expected, lines);
    }

    [Theory]
    [InlineData("title: All types", "title: Another title")]
    [InlineData("version: 12", "version: 13")]
    [InlineData("where: a machine, in the cellar", "where: a machine, in the attic")]
    [InlineData("license: CC0-1.0", "license: CC-BY-4.0")]
    [InlineData("why: To know it.", "why: For another reason.")]
    [InlineData("published: true", "published: true ")]
    public void A_change_outside_the_scope_does_not_change_the_id(string old, string replacement) =>
        Assert.Equal(Scope.IdOf(Some.AllTypes()), Scope.IdOf(Some.AllTypes((old, replacement))));

    [Theory]
    [InlineData("recipient: \"Zoë & co. <the makers>\"", "recipient: another team")]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8081")]
    [InlineData("retention: 62 days", "retention: 63 days")]
    [InlineData("time: nanosecond", "time: second")]
    [InlineData("buckets: [0, 1, 10, 100]", "buckets: [0, 10, 100]")]
    [InlineData("values: [b, a]", "values: [b, a, c]")]
    [InlineData("salt: tool", "salt: installation")]
    [InlineData("prerelease: [preview, rc]", "prerelease: [rc]")]
    [InlineData("type: session", "type: random-id")]
    [InlineData("minimum: 50", "minimum: 51")]
    [InlineData("max-per-day: 500", "max-per-day: 501")]
    public void A_change_of_the_scope_changes_the_id(string old, string replacement) =>
        Assert.NotEqual(Scope.IdOf(Some.AllTypes()), Scope.IdOf(Some.AllTypes((old, replacement))));

    [Fact]
    public void Every_event_and_field_has_one_line()
    {
        var manifest = Some.Kmpkg();
        var lines = Scope.TextOf(manifest).Split('\n');
        foreach (var e in manifest.Events)
        {
            Assert.Contains("event " + e.Name, lines);
            foreach (var field in manifest.FieldsOf(e))
                Assert.Single(lines, l => l.StartsWith($"field {e.Name} {field.Name} ", StringComparison.Ordinal));
        }

        Assert.Equal(7 + manifest.Events.Sum(e => 1 + manifest.FieldsOf(e).Count) + 1, lines.Length);
    }

    [Fact]
    public void The_parser_reads_what_the_writer_writes()
    {
        var manifest = Some.AllTypes();
        var scope = ScopeText.Parse(Scope.TextOf(manifest))!;
        Assert.Equal(manifest.Recipient, scope.Recipient);
        Assert.Equal(manifest.Endpoint, scope.Endpoint);
        Assert.Equal(manifest.RetentionDays, scope.RetentionDays);
        Assert.Equal(manifest.Datasets.Min(d => d.Minimum), scope.Minimum);
        Assert.Equal(manifest.MaxPerDay, scope.MaxPerDay);
        Assert.Equal(manifest.Time, scope.Time);
        Assert.Equal(manifest.Events.Select(e => e.Name), scope.Events);
        foreach (var e in manifest.Events)
        {
            foreach (var field in manifest.FieldsOf(e))
            {
                var parsed = scope.Field(e.Name, field.Name)!;
                Assert.StartsWith(FieldTypes.NameOf(field.Type), parsed.Kind, StringComparison.Ordinal);
                Assert.Equal(field.Published, parsed.Published);
                Assert.Equal(field.Values.Concat(field.Prerelease), parsed.Values ?? []);
                Assert.Equal(field.Buckets.Select(b => $"{b}"), parsed.Buckets ?? []);
            }
        }
    }

    [Theory]
    [InlineData("tallymark-scope 1", "tallymark-scope 2")]
    [InlineData("recipient the demo makers\n", "")]
    [InlineData("retention 90", "retention -90")]
    [InlineData("minimum 20", "minimum few")]
    [InlineData("minimum 20", "minimum 20\nmax-per-day many")]
    [InlineData("time day", "time minute")]
    [InlineData("values=blue,green,red\n", "values=blue,green,red")]
    public void Any_other_text_is_not_a_scope(string old, string replacement)
    {
        Assert.NotNull(ScopeText.Parse(PlainScope));
        Assert.Contains(old, PlainScope);
        Assert.Null(ScopeText.Parse(PlainScope.Replace(old, replacement, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("0,10,100", true)]
    [InlineData("0,1,10,100", true)]
    [InlineData("0,5,100", false)]
    public void Fewer_buckets_are_within_the_agreed_field(string buckets, bool expected)
    {
        var agreed = ScopeText.Parse(Scope.TextOf(Some.AllTypes()))!.Field("everything", "a_bucket")!;
        var changed = Scope.TextOf(Some.AllTypes())
            .Replace("buckets=0,1,10,100", "buckets=" + buckets, StringComparison.Ordinal);
        Assert.Equal(expected, ScopeText.Parse(changed)!.Field("everything", "a_bucket")!.IsWithin(agreed));
    }

    [Fact]
    public void A_value_that_was_not_agreed_to_is_beyond_the_agreed_field()
    {
        var agreed = ScopeText.Parse(PlainScope)!.Field("run", "colour")!;
        var wider = ScopeText.Parse(PlainScope.Replace("green", "green,pink", StringComparison.Ordinal))!;
        Assert.Equal(["pink"], wider.Field("run", "colour")!.Beyond(agreed));
    }
}
