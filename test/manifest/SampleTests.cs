// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>The manifest of the sample.</summary>
public sealed class SampleTests
{
    static readonly ManifestResult Read = ManifestReader.Read(Repository.Read("samples", "kmpkg", "telemetry.yaml"));

    [Fact]
    public void The_sample_has_no_diagnostics_but_an_advice_about_the_seconds_that_its_document_promises()
    {
        var advice = Assert.Single(Read.Diagnostics);
        Assert.Equal((DiagnosticKind.FineTime.Id, ManifestSeverity.Advice), (advice.Id, advice.Severity));
    }

    [Fact]
    public void The_dotnet_cli_sample_has_only_the_warning_about_its_machine_id()
    {
        var text = Repository.Read("samples", "dotnet-cli", "telemetry.yaml");
        Assert.Equal(["TALLY0098", "TALLY0091"], ManifestReader.Read(text).Diagnostics.Select(d => d.Id));
        Assert.Null(EditorSchema.Violation(text));
    }

    [Fact]
    public void The_keys_of_the_manifest_are_read_as_text()
    {
        var manifest = Read.Manifest!;
        Assert.Equal("kmpkg", manifest.Tool);
        Assert.Equal("kmpkg", manifest.Title);
        Assert.Equal(2, manifest.Version);
        Assert.Equal("the kmpkg maintainers", manifest.Recipient);
        Assert.Equal("https://telemetry.kmpkg.example/v1/batches", manifest.Endpoint);
        Assert.Equal(TimePrecision.Second, manifest.Time);
        Assert.Equal(400, manifest.RetentionDays);
        Assert.Equal("CC-BY-4.0", manifest.License);
        Assert.True(manifest.Consent.DefaultOn);
        Assert.Equal([new SwitchVariable("KMPKG_DISABLE_METRICS", OffWhen.Present)], manifest.Consent.Variables);
        Assert.Equal("--disable-metrics", manifest.Consent.Option);
        Assert.Equal("--printmetrics", manifest.Consent.ShowOption);
        Assert.Equal("kmpkg.disable-metrics", manifest.Consent.Marker);
        Assert.Equal("re-running the bootstrap-kmpkg script with -disableMetrics", manifest.Consent.MarkerHow);
        Assert.Equal([NoticeChannel.Setup], manifest.Notice.Channels);
        Assert.Equal("docs/about/privacy.md", manifest.Notice.More);
    }

    [Fact]
    public void An_event_has_the_common_fields_then_its_groups_then_its_own()
    {
        var manifest = Read.Manifest!;
        Assert.Equal(["search", "list", "install", "remove", "build", "dropped"], manifest.Events.Select(e => e.Name));
        Assert.Equal(
            ["installation", "version", "os", "os_version", "environment", "country", "options", "duration",
                "exit_code", "stack", "packages"],
            manifest.FieldsOf(manifest.FindEvent("install")!).Select(f => f.Name));
    }

    [Fact]
    public void A_field_has_its_values_and_its_source()
    {
        var manifest = Read.Manifest!;
        var install = manifest.FieldsOf(manifest.FindEvent("install")!);
        var options = install.Single(f => f.Name == "options");
        Assert.Equal(FieldType.EnumSet, options.Type);
        Assert.Equal(["--dry-run", "--install-root", "--keep-going", "--ports-root", "--recurse"], options.Values);
        Assert.Null(options.List);
        Assert.Equal(FieldSource.Program, options.Source);
        Assert.False(options.Published);

        var packages = install.Single(f => f.Name == "packages");
        Assert.Equal("ports", packages.List);
        Assert.Equal(manifest.Lists.Single(l => l.Name == "ports").Values, packages.Values);

        Assert.Equal("version", install.Single(f => f.Name == "os_version").Part);
        Assert.Equal("family", install.Single(f => f.Name == "os").Part);
        Assert.Equal(["preview", "rc"], install.Single(f => f.Name == "version").Prerelease);
        Assert.Equal(FieldSource.Sdk, install.Single(f => f.Name == "version").Source);
        Assert.Equal(FieldSource.Sdk, install.Single(f => f.Name == "duration").Source);
        Assert.Equal(FieldSource.Collector, install.Single(f => f.Name == "country").Source);
        Assert.Equal(new Sensitivity(false, true, false), install.Single(f => f.Name == "installation").Sensitivity);
    }

    [Fact]
    public void A_dataset_has_its_columns_in_order()
    {
        var systems = Read.Manifest!.Datasets.Single(d => d.Name == "systems");
        Assert.Equal("Operating systems", systems.Title);
        Assert.Equal(20, systems.Minimum);
        Assert.Equal(["search", "list", "install", "remove"], systems.Events);
        Assert.Equal(
        [
            new DatasetColumn("Timestamp", ColumnSource.Day, null),
            new DatasetColumn("Occurrences", ColumnSource.Occurrences, null),
            new DatasetColumn("OSFamily", ColumnSource.Field, "os"),
            new DatasetColumn("OSVersion", ColumnSource.Field, "os_version"),
        ], systems.Columns);
    }
}
