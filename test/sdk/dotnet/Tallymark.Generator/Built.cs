// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis.CSharp;

namespace Tallymark.Generator.Tests;

/// <summary>
/// The result of building a project: the generated text, the generator's and the compiler's diagnostics, the assembly.
/// </summary>
sealed class Built(GeneratorRunResult result, CSharpCompilation compilation)
{
    public CSharpCompilation Compilation => compilation;

    public IReadOnlyList<Diagnostic> Diagnostics => result.Diagnostics;

    public Exception? Crash => result.Exception;

    /// <summary>The generated file; null if there is none.</summary>
    public string? Text => result.GeneratedSources.SingleOrDefault().SourceText?.ToString();

    /// <summary>The ids of the compiler's errors and warnings, such as <c>CS0117</c>.</summary>
    public IReadOnlyList<string> CompilerDiagnostics =>
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

    /// <summary>Compiles the project and loads the assembly.</summary>
    public Assembly Load()
    {
        using var bytes = new MemoryStream();
        var emitted = compilation.Emit(bytes, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics) + "\n" + Text);
        bytes.Position = 0;
        return new AssemblyLoadContext(null).LoadFromStream(bytes);
    }
}
