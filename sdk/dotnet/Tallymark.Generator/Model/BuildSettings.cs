// SPDX-License-Identifier: MIT
// What the project file says and the generated code needs to know.

using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Tallymark.Manifests;

namespace Tallymark.Generator.Model;

/// <param name="Namespace">A legal namespace made from the project's RootNamespace; empty: the global one.</param>
/// <param name="Version">The tool's own version, MSBuild's <c>Version</c>.</param>
/// <param name="Package">The package that this build goes into, MSBuild's <c>PackageId</c>.</param>
/// <param name="Executable">The project is a program, which can start itself again as uploader.</param>
/// <param name="Public">The generated types are public, not internal.</param>
/// <param name="Development">A build of the tool's own makers.</param>
/// <param name="Telemetry">What the build says about telemetry at all: empty, <c>on</c> or <c>off</c>, or a mistake.</param>
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

    /// <summary>This build has no telemetry. A mistake counts as off too: its error stops the build.</summary>
    public bool IsOff => Telemetry is not ("" or "on" or "true");

    /// <summary>False for a word that is neither on nor off.</summary>
    public bool IsKnown => Telemetry is "" or "on" or "true" or "off" or "false";

    /// <summary>Who distributes this build, and who receives its data.</summary>
    public static Distribution DistributionOf(AnalyzerConfigOptions options) => new(
        Encoded(options, "TallymarkDistributor"), Encoded(options, "TallymarkEndpoint"), Encoded(options, "TallymarkRecipient"));

    // The compiler takes what follows a `#` or `;` as a comment; build/Tallymark.targets hands such texts over in Base64.
    static string? Encoded(AnalyzerConfigOptions options, string name)
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(Property(options, "_" + name)));
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    static string Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue("build_property." + name, out var value) ? value.Trim() : "";

    // A project may be called `my-tool` or `3d.new`; MSBuild takes that as RootNamespace as it is.
    static string ToNamespace(string name) => string.Join(".", SegmentsOf(name));

    static IEnumerable<string> SegmentsOf(string name) =>
        from segment in name.Split('.')
        where segment.Length > 0
        let legal = string.Concat(segment.Select(c => SyntaxFacts.IsIdentifierPartCharacter(c) ? c : '_'))
        let started = SyntaxFacts.IsIdentifierStartCharacter(legal[0]) ? legal : "_" + legal
        select SyntaxFacts.GetKeywordKind(started) == SyntaxKind.None ? started : "@" + started;
}
