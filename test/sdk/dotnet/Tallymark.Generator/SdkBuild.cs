// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Tallymark.Generator.Tests;

/// <summary>
/// Builds the SDK from its sources as another version with one change, and loads a project that was compiled with the
/// real SDK beside that version.
/// </summary>
static partial class SdkBuild
{
    // MSBuild adds these to the sources.
    const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    static readonly Dictionary<string, string> Sources = Files().ToDictionary(
        path => path, path => NativeCall().Replace(File.ReadAllText(path), "${begin}extern"), StringComparer.Ordinal);

    /// <summary>The project's assembly; its SDK is the changed one.</summary>
    /// <param name="project">Compiled with the real SDK.</param>
    /// <param name="version">The version of the SDK that runs.</param>
    /// <param name="from">The text to replace; it must occur once in one file.</param>
    /// <param name="to">Its replacement.</param>
    public static Assembly LoadWithSdk(Built project, string version, string from, string to)
    {
        var changed = Sources.Single(s => s.Value.Contains(from, StringComparison.Ordinal)).Key;
        var texts = Sources.Select(s => s.Key == changed ? ReplaceOnce(s.Value, from, to) : s.Value)
            .Append(Usings)
            .Append($"namespace Tallymark; partial class TelemetryClient {{ const string Version = \"{version}\"; }}");
        var sdk = CSharpCompilation.Create(
            "Tallymark",
            texts.Select(text => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview))),
            Project.References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        var context = new AssemblyLoadContext("another version");
        context.LoadFromStream(Emit(sdk));
        return context.LoadFromStream(Emit(project.Compilation));
    }

    static MemoryStream Emit(CSharpCompilation compilation)
    {
        var bytes = new MemoryStream();
        var emitted = compilation.Emit(bytes, cancellationToken: TestContext.Current.CancellationToken);
        var errors = emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error);
        Assert.True(emitted.Success, string.Join('\n', errors));
        bytes.Position = 0;
        return bytes;
    }

    static string ReplaceOnce(string text, string from, string to)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.Equal(at, text.LastIndexOf(from, StringComparison.Ordinal));
        return text[..at] + to + text[(at + from.Length)..];
    }

    static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Repository.PathOf("sdk/dotnet/Tallymark"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Concat(new[] { "ScopeField.cs", "ScopeFormat.cs", "ScopeText.cs" }
                .Select(name => Repository.PathOf("manifest/Scopes", name)));

    // The framework's own generator writes the bodies of native calls; nothing here makes one.
    [GeneratedRegex(@"(?<begin>\[LibraryImport[^\]]*\]\s+(private|internal) static )partial",
        RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex NativeCall();
}
