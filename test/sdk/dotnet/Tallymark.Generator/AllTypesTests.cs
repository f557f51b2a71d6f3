// SPDX-License-Identifier: MIT


namespace Tallymark.Generator.Tests;

/// <summary>
/// Every type of the manifest generates the right member, kind and setter, and compiles with the real SDK.
/// </summary>
public sealed class AllTypesTests
{
    static readonly Built Everything = new Project { Manifest = Some.AllTypes }.Build();

    [Fact]
    public void A_manifest_with_all_types_compiles_without_a_warning()
    {
        Assert.Null(Everything.Crash);
        Assert.DoesNotContain(Everything.Diagnostics, f => f.Severity == DiagnosticSeverity.Error);
        Assert.Empty(Everything.CompilerDiagnostics);
        var used = ManifestReader.Read(Some.AllTypes).Manifest!.Events[0].Fields.Select(f => f.Type).Distinct();
        Assert.Equal(FieldTypes.All.Select(t => t.Type).Order(), used.Order());
    }

    [Theory]
    [InlineData("ABoolean", "bool?", "SetBoolean(0, value)")]
    [InlineData("AnEnum", "Made.MyToolTelemetry.EverythingAnEnum?", "SetEnum(1, value is { } member ? (int)member")]
    [InlineData("AListed", "string?", "SetListed(2, value, ")]
    [InlineData("ASet", "System.Collections.Generic.IEnumerable<string>?", "SetSet(3, value, global::Made.")]
    [InlineData("OwnSet", "System.Collections.Generic.IEnumerable<string>?", "SetSet(4, value, global::Made.")]
    [InlineData("ACount", "long?", "SetCount(5, value, default)")]
    [InlineData("ABucket", "long?", "SetCount(6, value, new long[] { 0, 1, 10, 100 })")]
    [InlineData("ASize", "long?", "SetBytes(7, value)")]
    [InlineData("ADuration", "System.TimeSpan?", "SetDuration(9, value)")]
    [InlineData("ACode", "int?", "SetExitCode(10, value)")]
    [InlineData("AVersion", "string?", "SetVersion(12, value, global::Made.MyToolTelemetry.AVersionValues)")]
    [InlineData("AScheme", "string?", "SetUriScheme(19, value, ")]
    [InlineData("ADigest", "string?", "SetDigest(20, value)")]
    [InlineData("AToolDigest", "string?", "SetDigest(21, value)")]
    [InlineData("AnId", "System.Guid?", "SetRandomId(25, value)")]
    [InlineData("AStack", "System.Exception?", "SetStack(28, value)")]
    public void A_field_that_the_program_sets_is_a_property_of_its_type(string member, string type, string setter)
    {
        var property = Assert.Single(Event().GetMembers(member).OfType<IPropertySymbol>());
        Assert.Equal(type, property.Type.ToDisplayString());
        Assert.True(property.IsWriteOnly);
        Assert.Contains($" {member} {{ set => {setter}", Everything.Text);
    }

    [Theory]
    [InlineData("own_duration", "OwnDuration")]
    [InlineData("own_version", "ToolVersion")]
    [InlineData("an_os", "OsFamily")]
    [InlineData("an_os_version", "OsVersion")]
    [InlineData("an_arch", "Arch")]
    [InlineData("a_runtime", "RuntimeName")]
    [InlineData("a_runtime_version", "RuntimeVersion")]
    [InlineData("a_runtime_id", "RuntimeId")]
    [InlineData("a_tool_digest", "Digest, true")]
    [InlineData("a_digest", "Digest")]
    [InlineData("a_machine", "Machine, true")]
    [InlineData("a_session", "Session")]
    [InlineData("an_installation", "Installation")]
    [InlineData("a_country", "Country")]
    [InlineData("an_environment", "Environment")]
    public void A_field_definition_has_the_kind_of_its_source(string name, string kind) =>
        Assert.Contains($"new(\"{name}\", global::Tallymark.FieldKind.{kind}),", Everything.Text);

    [Fact]
    public void The_tools_version_can_have_only_the_labels_of_its_field() =>
        Assert.Contains("Prerelease = new string[] { \"beta\", \"rc\" }", Everything.Text);

    [Fact]
    public void An_id_that_is_a_number_or_a_text_is_set_by_a_method()
    {
        var methods = Event().GetMembers("SetAnId").OfType<IMethodSymbol>()
            .Select(m => m.Parameters.Single().Type.ToDisplayString());
        Assert.Equal(["long?", "string?"], methods);
    }

    [Fact]
    public void The_numbers_of_an_enum_are_indexes_of_its_sorted_list()
    {
        var members = Everything.Type("Made.MyToolTelemetry+EverythingAnEnum").GetMembers().OfType<IFieldSymbol>()
            .Select(f => (f.Name, (int)f.ConstantValue!));
        Assert.Equal([("Fast", 0), ("InBetween", 1), ("Slow", 2), ("Other", -1)], members);
        Assert.Contains("AnEnumValues => \"\\nfast\\nin-between\\nslow\\n\"u8;", Everything.Text);
    }

    [Fact]
    public void An_enum_that_several_events_carry_is_named_after_its_field()
    {
        var manifest = Some.Manifest(
            """
            groups:
              shared:
                mode:
                  type: enum
                  values: [a, b]
                  why: To know it.
                  example: a
                  published: false
            events:
              one:
                why: To know one.
                groups: [shared]
              two:
                why: To know two.
                groups: [shared]

            """);
        var built = new Project { Manifest = manifest }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Equal(TypeKind.Enum, built.Type("Made.MyToolTelemetry+Mode").TypeKind);
        Assert.Equal(2, built.Text!.Split("public enum ").Length);
    }

    [Theory]
    [InlineData("", Accessibility.Internal)]
    [InlineData("public", Accessibility.Public)]
    public void The_project_says_whether_the_types_are_public(string visibility, Accessibility accessibility)
    {
        var built = new Project { Manifest = Some.AllTypes, Visibility = visibility }.Build();
        Assert.Equal(accessibility, built.Type("Made.MyToolTelemetry").DeclaredAccessibility);
        Assert.Empty(built.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public void The_project_says_whether_it_is_a_development_build(string development, bool expected)
    {
        var built = new Project { Manifest = Some.AllTypes, Development = development }.Build();
        Assert.Equal(expected, built.Text!.Contains("Development = true,", StringComparison.Ordinal));
        Assert.Empty(built.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("my-tool", false)]
    [InlineData("my-tool-small", true)]
    public void The_definition_has_the_package_name_if_it_differs_from_the_tools(string package, bool expected)
    {
        var built = new Project { Manifest = Some.AllTypes, PackageId = package }.Build();
        Assert.Equal(expected, built.Text!.Contains("Package = \"my-tool-small\",", StringComparison.Ordinal));
        Assert.Equal(expected, built.Text!.Contains("Package = ", StringComparison.Ordinal));
        Assert.Empty(built.CompilerDiagnostics);
    }

    [Fact]
    public void A_field_definition_has_the_last_day_of_collection()
    {
        const string End = "\n        until: 2027-06-30";
        var manifest = Some.AllTypes.Replace(
            "\n        type: arch", End + "\n        type: arch", StringComparison.Ordinal);
        Assert.NotEqual(Some.AllTypes, manifest);
        var built = new Project { Manifest = manifest }.Build();
        Assert.Contains("new(\"an_arch\", global::Tallymark.FieldKind.Arch, Until: 20270630),", built.Text);
        Assert.Empty(built.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("", "MyToolTelemetry")]
    [InlineData("my-tool", "my_tool.MyToolTelemetry")]
    [InlineData("3d.new.System", "_3d.new.System.MyToolTelemetry")]
    public void Any_root_namespace_becomes_a_valid_one(string rootNamespace, string type)
    {
        var built = new Project { Manifest = Some.AllTypes, RootNamespace = rootNamespace }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.NotNull(built.Type(type));
    }

    [Fact]
    public void Nothing_is_generated_for_a_project_without_a_manifest()
    {
        var built = new Project { Manifest = null, OtherFiles = [Some.Kmpkg] }.Build();
        Assert.Null(built.Text);
        Assert.Empty(built.Diagnostics);
        Assert.Empty(built.CompilerDiagnostics);
    }

    [Fact]
    public void Texts_that_look_like_markup_or_code_stay_texts()
    {
        var manifest = Some.AllTypes
            .Replace("To know the a_boolean.",
                "'To know <b>if a & b</b> */ // \"\"\"\" {braces}.'", StringComparison.Ordinal)
            .Replace("purpose: to test", "purpose: 'to test \"\"\"\" and \\n </summary>'", StringComparison.Ordinal);
        var built = new Project { Manifest = manifest }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        var documentation = Built.Documentation(Event(built).GetMembers("ABoolean").Single());
        Assert.Contains("To know &lt;b&gt;if a &amp; b&lt;/b&gt; */", documentation);
        var notice = (IFieldSymbol)built.Type("Made.MyToolTelemetry").GetMembers("Notice").Single();
        Assert.Equal(NoticeText.Of(ManifestReader.Read(manifest).Manifest!), notice.ConstantValue);
    }

    static INamedTypeSymbol Event(Built? built = null) =>
        (built ?? Everything).Type("Made.MyToolTelemetry+EverythingEvent");
}
