// SPDX-License-Identifier: MIT


namespace Tallymark.Generator.Tests;

/// <summary>
/// The fields that every event has and the program sets: one method of the program can set them on any event.
/// </summary>
public sealed class CommonFieldsTests
{
    const string Program = """
        namespace Made;

        static class Program
        {
            static void Describe(MyToolTelemetry.IAnyEvent e)
            {
                e.Sdk = MyToolTelemetry.Sdk.Small;
                e.Scheme = "sqlite:///x";
                e.SetExperiment("12");
                e.Experiment = null;
            }

            public static int Run(MyToolTelemetry telemetry)
            {
                using var go = telemetry.Go();
                Describe(go);
                return telemetry.Stop(run => { Describe(run); return 3; });
            }
        }
        """;

    static readonly string Manifest = Some.Manifest(
        "fields:\n" + Some.Field("sdk", "enum", "small", "values: [whole, small]")
        + Some.Field("scheme", "uri-scheme", "https", "values: [https]")
        + Some.Field("experiment", "random-id", "12") + Some.Field("version", "version", "1.2")
        + "events:\n" + Some.Event("go") + Some.Event("stop", Some.Field("code", "count", "1")));

    [Theory]
    [InlineData("", "")]
    [InlineData("", "public")]
    [InlineData("off", "")]
    [InlineData("off", "public")]
    public void One_method_sets_common_fields_on_any_event_with_and_without_telemetry(
        string telemetry, string visibility)
    {
        var built = new Project
        {
            Manifest = Manifest,
            Sources = [Program],
            Telemetry = telemetry,
            Visibility = visibility,
        }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Equal(
            ["Experiment", "Scheme", "Sdk", "SetExperiment", "SetExperiment"],
            Any(built).GetMembers().Where(m => m is not IMethodSymbol { MethodKind: not MethodKind.Ordinary })
                .Select(m => m.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_common_fields_no_interface_is_generated()
    {
        var built = new Project { Manifest = Some.AllTypes }.Build();
        Assert.DoesNotContain("IAnyEvent", built.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_has_another_name_in_one_events_class_is_not_common()
    {
        var manifest = Some.Manifest(
            "fields:\n" + Some.Field("go_event", "boolean", "true") + Some.Field("dry", "boolean", "true")
            + "events:\n" + Some.Event("go") + Some.Event("stop"));
        var built = new Project { Manifest = manifest }.Build();
        Assert.Empty(built.CompilerDiagnostics);
        Assert.Equal("Dry", Assert.Single(Any(built).GetMembers().OfType<IPropertySymbol>()).Name);
    }

    static INamedTypeSymbol Any(Built built) =>
        Assert.Single(built.Type("Made.MyToolTelemetry").GetTypeMembers("IAnyEvent"));
}
