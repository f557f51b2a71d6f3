// SPDX-License-Identifier: MIT
// What a build of a project gave: the generated text, findings, the compiler's errors, and the assembly to run.

using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Tallymark.Generator.Tests;

sealed class Built(GeneratorRunResult result, CSharpCompilation compilation)
{
    public CSharpCompilation Compilation => compilation;

    public IReadOnlyList<Diagnostic> Findings => result.Diagnostics;

    public Exception? Crash => result.Exception;

    /// <summary>The generated file; null if none was made.</summary>
    public string? Text => result.GeneratedSources.SingleOrDefault().SourceText?.ToString();

    /// <summary>All that the compiler says, warnings too, as <c>CS0117</c>.</summary>
    public IReadOnlyList<string> Complaints =>
    [
        .. compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS5001")
            .Select(d => d.Id).Distinct(StringComparer.Ordinal),
    ];

    public INamedTypeSymbol Type(string name) =>
        compilation.GetTypeByMetadataName(name)
            ?? throw new ArgumentException($"No type {name} in:\n{Text}", nameof(name));

    /// <summary>The documentation of a member, as XML.</summary>
    public static string Documentation(ISymbol symbol) => symbol.GetDocumentationCommentXml() ?? "";

    /// <summary>Compiles and loads.</summary>
    public Assembly Load()
    {
        using var bytes = new MemoryStream();
        var emitted = compilation.Emit(bytes, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics) + "\n" + Text);
        bytes.Position = 0;
        return new AssemblyLoadContext(null).LoadFromStream(bytes);
    }
}
