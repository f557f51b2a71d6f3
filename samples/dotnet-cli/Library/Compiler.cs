// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Dn.Projects;

/// <summary>Compiles the C# files of one project for one framework.</summary>
static class Compiler
{
    const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading.Tasks;
        """;

    /// <summary>Compiles into <see cref="Project.Assembly"/>, with its symbols beside it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="framework">One of its frameworks.</param>
    /// <param name="configuration"><c>Debug</c>, or another one, which is optimised.</param>
    /// <param name="references">The assemblies that it uses, besides those of the framework.</param>
    /// <param name="log">Gets the compiler's messages, one a line.</param>
    /// <exception cref="ProjectException">The sources have errors, which are in the log.</exception>
    public static void Compile(
        Project project, string framework, string configuration, IEnumerable<string> references, TextWriter log)
    {
        var debug = configuration == "Debug";
        var options = new CSharpParseOptions(
            LanguageVersion.Latest,
            preprocessorSymbols:
                [.. Frameworks.Symbols(framework), .. debug ? (string[])["DEBUG", "TRACE"] : ["TRACE"]]);
        var compilation = CSharpCompilation.Create(
            project.Name,
            [
                .. project.Sources().Select(file => Parse(File.ReadAllText(file), file, options)),
                Parse(GlobalUsings, "GlobalUsings.g.cs", options),
                Parse(AssemblyAttributes(project, framework), "AssemblyInfo.g.cs", options),
                .. project.Output == OutputKind.Test
                    ? [Parse(TestProgram.Source(project.TestRunner!), "TestProgram.g.cs", options)]
                    : (SyntaxTree[])[],
            ],
            Frameworks.Assemblies().Concat(references).Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(
                project.Output == OutputKind.Library
                    ? Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary
                    : Microsoft.CodeAnalysis.OutputKind.ConsoleApplication,
                mainTypeName: project.Output == OutputKind.Test ? TestProgram.TypeName : null,
                optimizationLevel: debug ? OptimizationLevel.Debug : OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable,
                deterministic: true));
        Emit(compilation, project, project.Assembly(configuration, framework), log);
    }

    static void Emit(CSharpCompilation compilation, Project project, string target, TextWriter log)
    {
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(
            assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        foreach (var message in result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning))
            log.WriteLine(message);
        if (!result.Success)
        {
            var errors = result.Diagnostics.Count(d => d.Severity == DiagnosticSeverity.Error);
            throw new ProjectException(ProjectProblem.BuildFailed, string.Create(
                CultureInfo.InvariantCulture, $"{project.Name}: {errors} {(errors == 1 ? "error" : "errors")}"));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, assembly.ToArray());
        File.WriteAllBytes(Path.ChangeExtension(target, ".pdb"), symbols.ToArray());
    }

    static SyntaxTree Parse(string text, string path, CSharpParseOptions options) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), options, path);

    static string AssemblyAttributes(Project project, string framework)
    {
        var version = Version.TryParse(project.Version, out var parsed) ? parsed.ToString() : "1.0.0";
        var name = string.Create(
            CultureInfo.InvariantCulture, $".NETCoreApp,Version=v{Frameworks.Major(framework)}.0");
        return string.Create(CultureInfo.InvariantCulture, $"""
            [assembly: System.Runtime.Versioning.TargetFramework("{name}")]
            [assembly: System.Reflection.AssemblyVersion("{version}")]
            """);
    }
}
