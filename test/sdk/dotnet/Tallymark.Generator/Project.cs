// SPDX-License-Identifier: MIT

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Tallymark.Generator.Tests;

/// <summary>
/// A C# project as the compiler sees it: sources, a manifest, the build's properties, and the real SDK as a reference.
/// </summary>
sealed record Project
{
    /// <summary>The framework.</summary>
    public static readonly MetadataReference[] References =
    [
        .. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll").Where(IsManaged)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    static readonly MetadataReference Sdk = MetadataReference.CreateFromFile(typeof(TelemetryEvent).Assembly.Location);

    public required string? Manifest { get; init; }

    public string[] Sources { get; init; } = [];

    /// <summary>Further manifests, which are an error.</summary>
    public string[] FurtherManifests { get; init; } = [];

    /// <summary>Additional files that are not manifests.</summary>
    public string[] OtherFiles { get; init; } = [];

    public string RootNamespace { get; init; } = "Made";

    public string Version { get; init; } = "1.4.2";

    /// <summary>Empty: not set.</summary>
    public string PackageId { get; init; } = "";

    public string OutputType { get; init; } = "Library";

    public string Visibility { get; init; } = "";

    public string Development { get; init; } = "";

    /// <summary>
    /// The MSBuild property TallymarkTelemetry. With <c>off</c> the project does not reference the SDK.
    /// </summary>
    public string Telemetry { get; init; } = "";

    /// <summary>TallymarkDistributor, TallymarkEndpoint, TallymarkRecipient.</summary>
    public (string? Distributor, string? Endpoint, string? Recipient) Distribution { get; init; }

    /// <summary>Runs the generator once.</summary>
    public Built Build()
    {
        var driver = Driver().RunGeneratorsAndUpdateCompilation(
            Compilation(), out var compilation, out _, TestContext.Current.CancellationToken);
        return new Built(driver.GetRunResult().Results.Single(), (CSharpCompilation)compilation);
    }

    public CSharpCompilation Compilation() => CSharpCompilation.Create(
        "Project",
        Sources.Select((s, i) => CSharpSyntaxTree.ParseText(s, path: $"/project/{i}.cs")),
        Telemetry == "off" ? References : [.. References, Sdk],
        new CSharpCompilationOptions(
            OutputType == "Exe" ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: NullableContextOptions.Enable,
            warningLevel: 9999));

    /// <summary>A driver that has not run yet and tracks the steps.</summary>
    public GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new TelemetryGenerator().AsSourceGenerator()],
        AdditionalTexts(),
        CSharpParseOptions.Default,
        Options(),
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public ImmutableArray<AdditionalText> AdditionalTexts() =>
    [
        .. Manifest is null ? [] : new[] { new FileText("/project/telemetry.yaml", Manifest) },
        .. FurtherManifests.Select((text, i) => new FileText($"/project/further{i}/telemetry.yaml", text)),
        .. OtherFiles.Select((text, i) => new FileText($"/project/other{i}.txt", text)),
    ];

    public AnalyzerConfigOptionsProvider Options() => new ProjectOptions(new(StringComparer.Ordinal)
    {
        ["build_property.RootNamespace"] = RootNamespace,
        ["build_property.Version"] = Version,
        ["build_property.PackageId"] = PackageId,
        ["build_property.OutputType"] = OutputType,
        ["build_property.TallymarkVisibility"] = Visibility,
        ["build_property.TallymarkDevelopment"] = Development,
        ["build_property.TallymarkTelemetry"] = Telemetry,
        ["build_property._TallymarkDistributor"] = Encoded(Distribution.Distributor),
        ["build_property._TallymarkEndpoint"] = Encoded(Distribution.Endpoint),
        ["build_property._TallymarkRecipient"] = Encoded(Distribution.Recipient),
    });

    static string Encoded(string? text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text ?? ""));

    static bool IsManaged(string path)
    {
        try
        {
            AssemblyName.GetAssemblyName(path);
            return true;
        }
        catch (BadImageFormatException)
        {
            return false; // The folder also contains the runtime's native libraries.
        }
    }

    sealed class FileText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    sealed class ProjectOptions(Dictionary<string, string> properties) : AnalyzerConfigOptionsProvider
    {
        static readonly Dictionary<string, string> OfManifest = new(StringComparer.Ordinal)
        {
            ["build_metadata.AdditionalFiles.TallymarkManifest"] = "true",
        };

        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(properties);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values([]);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Values(textFile.Path.EndsWith(".yaml", StringComparison.Ordinal) ? OfManifest : []);
    }

    sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) =>
            values.TryGetValue(key, out value);
    }
}
