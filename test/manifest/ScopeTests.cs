// SPDX-License-Identifier: MIT
// The scope: what a user agrees to, to the byte.

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Manifests.Tests;

public sealed class ScopeTests
{
    const string PlainScope =
        """
        tallymark-scope 1
        tool demo
        recipient the demo makers
        endpoint https://telemetry.example.org/v1/batches
        retention 90
        time second
        event run
        field run installation installation
        field run duration duration
        field run colour enum values=blue,green,red

        """;

    [Fact]
    public void The_text_is_as_the_format_says() => Assert.Equal(PlainScope, Scope.TextOf(Some.Plain()));

    [Fact]
    public void The_id_is_the_SHA_256_of_the_text() =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PlainScope))),
            Scope.IdOf(Some.Plain()));

    [Fact]
    public void Details_stand_where_a_type_has_them()
    {
        var lines = Scope.TextOf(Some.AllTypes()).Split('\n');
        Assert.Equal("time nanosecond", lines[5]);
        Assert.Equal("retention 1", lines[4]);
        foreach (var expected in new[]
        {
            "field everything a_set enum-set values=1.10,a+b:c/d@e._-,no,null,on",
            "field everything a_count count",
            "field everything a_bucket count buckets=0,1,10,100",
            "field everything a_duration duration",
            "field everything own_duration duration source=program",
            "field everything a_version version values=preview,rc",
            "field everything own_version version source=program",
            "field everything an_os os part=family",
            "field everything an_os_version os part=version",
            "field everything a_runtime runtime part=version",
            "field everything a_scheme uri-scheme values=git+ssh,https",
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
    public void What_a_user_did_not_agree_to_does_not_change_the_id(string old, string replacement) =>
        Assert.Equal(Scope.IdOf(Some.AllTypes()), Scope.IdOf(Some.AllTypes((old, replacement))));

    [Theory]
    [InlineData("recipient: \"Zoë & co. <the makers>\"", "recipient: somebody else")]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8081")]
    [InlineData("retention: 1 day", "retention: 2 days")]
    [InlineData("time: nanosecond", "time: second")]
    [InlineData("buckets: [0, 1, 10, 100]", "buckets: [0, 10, 100]")]
    [InlineData("values: [b, a]", "values: [b, a, c]")]
    [InlineData("salt: tool", "salt: installation")]
    [InlineData("prerelease: [preview, rc]", "prerelease: [rc]")]
    [InlineData("type: session", "type: random-id")]
    public void What_a_user_agreed_to_does(string old, string replacement) =>
        Assert.NotEqual(Scope.IdOf(Some.AllTypes()), Scope.IdOf(Some.AllTypes((old, replacement))));

    [Fact]
    public void Every_event_and_field_has_its_line()
    {
        var manifest = Some.Kmpkg();
        var lines = Scope.TextOf(manifest).Split('\n');
        foreach (var e in manifest.Events)
        {
            Assert.Contains("event " + e.Name, lines);
            foreach (var field in manifest.FieldsOf(e))
                Assert.Single(lines, l => l.StartsWith($"field {e.Name} {field.Name} ", StringComparison.Ordinal));
        }

        Assert.Equal(6 + manifest.Events.Sum(e => 1 + manifest.FieldsOf(e).Count) + 1, lines.Length);
    }
}
