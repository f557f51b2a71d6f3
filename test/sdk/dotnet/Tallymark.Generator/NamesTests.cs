// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;
using Microsoft.CodeAnalysis.CSharp;
using Tallymark.Generator.Naming;

namespace Tallymark.Generator.Tests;

/// <summary>Names of a manifest that C# or the SDK already uses, and names that become equal in C#.</summary>
public sealed class NamesTests
{
    [Theory]
    [InlineData("exit_code", "ExitCode")]
    [InlineData("my-tool", "MyTool")]
    [InlineData("--dry-run", "DryRun")]
    [InlineData("c++", "CPlusPlus")]
    [InlineData("1.10", "_1_10")]
    [InlineData("net10.0", "Net10_0")]
    [InlineData("a_1", "A1")]
    [InlineData("x/y@z:w", "XYZW")]
    [InlineData("camelCase", "CamelCase")]
    [InlineData("-", "Value")]
    public void A_name_or_value_becomes_an_identifier(string text, string identifier) =>
        Assert.Equal(identifier, Identifier.Pascal(text));

    [Fact]
    public void Any_value_becomes_a_valid_identifier_without_an_underscore_at_its_end() =>
        Prop.ForAll(
            Gen.Elements("abzABZ019._+:/@-".ToCharArray()).NonEmptyListOf().ToArbitrary(),
            characters =>
            {
                var name = Identifier.Pascal(string.Concat(characters));
                return SyntaxFacts.IsValidIdentifier(name) && !name.EndsWith('_')
                    && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None;
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("fail")]
    [InlineData("succeed")]
    [InlineData("dispose")]
    [InlineData("set_boolean")]
    [InlineData("to_string")]
    [InlineData("get_type")]
    [InlineData("go_event")]
    public void A_field_with_the_name_of_an_existing_member_gets_an_underscore(string field)
    {
        var built = new Project { Manifest = Some.WithFields(field) }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Single(built.Type("Made.MyToolTelemetry+GoEvent").GetMembers(Identifier.Pascal(field) + "_"));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("dispose")]
    [InlineData("command")]
    [InlineData("notice")]
    [InlineData("is_on")]
    [InlineData("definition")]
    [InlineData("finish")]
    [InlineData("run_uploader")]
    [InlineData("t_result")]
    [InlineData("equals")]
    [InlineData("my_tool_telemetry")]
    public void An_event_with_the_name_of_an_existing_member_gets_an_underscore(string name)
    {
        var built = new Project { Manifest = Some.WithEvents(name), OutputType = "Exe" }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Equal(5, built.Type("Made.MyToolTelemetry").GetMembers(Identifier.Pascal(name) + "_").Length);
    }

    [Theory]
    [InlineData("class")]
    [InlineData("go")]
    [InlineData("system")]
    [InlineData("value")]
    [InlineData("tallymark")]
    [InlineData("my_tool_telemetry")]
    [InlineData("shape")]
    [InlineData("event_definition")]
    public void Any_other_name_is_unchanged(string name)
    {
        var built = new Project { Manifest = Some.WithFields(name) }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Single(built.Type("Made.MyToolTelemetry+GoEvent").GetMembers(Identifier.Pascal(name)));
    }

    [Fact]
    public void Events_enums_and_lists_never_share_a_name()
    {
        var field = Some.Field("result", "enum", "a", "values: [a, b]");
        var built = new Project
        {
            Manifest = Some.Manifest("events:\n" + Some.Event("build", field) + Some.Event("build_event")
                + Some.Event("build_result") + Some.Event("result_values")),
        }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Equal(TypeKind.Class, built.Type("Made.MyToolTelemetry+BuildEvent_").TypeKind);
        Assert.Equal(TypeKind.Class, built.Type("Made.MyToolTelemetry+BuildEventEvent").TypeKind);
        Assert.Equal(TypeKind.Enum, built.Type("Made.MyToolTelemetry+BuildResult_").TypeKind);
    }

    [Fact]
    public void Values_with_the_same_identifier_get_different_names_and_keep_their_numbers()
    {
        var field = Some.Field("result", "enum", "a", "values: [Other, a, A, a-, equals]");
        var built = new Project { Manifest = Some.Manifest("events:\n" + Some.Event("go", field)) }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Equal(
            [("A", 0), ("Other_", 1), ("A_", 2), ("A__", 3), ("Equals_", 4), ("Other", -1)],
            built.Type("Made.MyToolTelemetry+GoResult").GetMembers().OfType<IFieldSymbol>()
                .Select(f => (f.Name, (int)f.ConstantValue!)));
    }

    [Fact]
    public void Every_member_that_an_event_inherits_from_the_SDK_is_reserved()
    {
        var built = new Project { Manifest = Some.WithFields("something") }.Build();
        for (var type = built.Type("Made.MyToolTelemetry+GoEvent").BaseType; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers().Where(m => m.CanBeReferencedByName && m.DeclaredAccessibility
                is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
                Assert.Equal(member.Name + "_", NameTable.ForEvent("GoEvent").Take(member.Name));
        }
    }
}
