// SPDX-License-Identifier: MIT

using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Tallymark.Generator.Model;

/// <summary>The settings of the project that the generated code depends on.</summary>
/// <param name="Namespace">A valid namespace made from the project's RootNamespace; empty: the global one.</param>
/// <param name="Version">The tool's version, MSBuild's <c>Version</c>.</param>
/// <param name="Package">The name of the package of this build, MSBuild's <c>PackageId</c>.</param>
/// <param name="Executable">True: the project is a program, which can start itself again as the uploader.</param>
/// <param name="Public">True: the generated types are public. False: internal.</param>
/// <param name="Development">True: a development build of the tool's makers.</param>
/// <param name="Telemetry">The property TallymarkTelemetry: empty, <c>on</c>, <c>off</c>, or an invalid word.</param>
sealed record BuildSettings(
    string Namespace, string Version, string Package, bool Executable, bool Public, bool Development, string Telemetry)
{
    public static BuildSettings From(AnalyzerConfigOptions options) => new(
        ToNamespace(Property(options, "RootNamespace")),
        Property(options, "Version"),
        Property(options, "PackageId"),
        Property(options, "OutputType").ToUpperInvariant() is "EXE" or "WINEXE",
        string.Equals(Property(options, "TallymarkVisibility"), "public", StringComparison.OrdinalIgnoreCase),
        string.Equals(Property(options, "TallymarkDevelopment"), "true", StringComparison.OrdinalIgnoreCase),
        Property(options, "TallymarkTelemetry").ToLowerInvariant());

    /// <summary>
    /// True if this build has no telemetry. An invalid word counts as off; its error stops the build.
    /// </summary>
    public bool IsOff => Telemetry is not ("" or "on" or "true");

    /// <summary>False if the property is neither on nor off.</summary>
    public bool IsValid => Telemetry is "" or "on" or "true" or "off" or "false";

    /// <summary>The distributor of this build and the recipient of its data.</summary>
    public static Distribution DistributionOf(AnalyzerConfigOptions options) => new(
        DecodedProperty(options, "TallymarkDistributor"),
        DecodedProperty(options, "TallymarkEndpoint"),
        DecodedProperty(options, "TallymarkRecipient"));

    // The compiler's configuration format treats `#` and `;` as the start of a comment, so
    // build/net10.0/Tallymark.targets passes these texts in Base64.
    static string? DecodedProperty(AnalyzerConfigOptions options, string name)
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(Property(options, "_" + name)));
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    static string Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue("build_property." + name, out var value) ? value.Trim() : "";

    // MSBuild uses a project name such as `my-tool` or `3d.new` unchanged as RootNamespace.
    static string ToNamespace(string name) => string.Join(".", SegmentsOf(name));

    static IEnumerable<string> SegmentsOf(string name) =>
        from segment in name.Split('.')
        where segment.Length > 0
        let valid = string.Concat(segment.Select(c => SyntaxFacts.IsIdentifierPartCharacter(c) ? c : '_'))
        let started = SyntaxFacts.IsIdentifierStartCharacter(valid[0]) ? valid : "_" + valid
        select SyntaxFacts.GetKeywordKind(started) == SyntaxKind.None ? started : "@" + started;
}
