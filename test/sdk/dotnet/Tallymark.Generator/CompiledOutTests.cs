// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Tallymark.Generator.Tests;

/// <summary>
/// With TallymarkTelemetry=off a tool compiles unchanged with the same members, without the SDK, and its assembly
/// contains nothing of the telemetry.
/// </summary>
public sealed class CompiledOutTests
{
    static readonly string WithOptions = Some.AllTypes.Replace(
        "consent:\n", "consent:\n  option: --no-telemetry\n  show-option: --show-telemetry\n", StringComparison.Ordinal)
        .Replace("notice:\n", "notice:\n  channel: page\n", StringComparison.Ordinal);

    static readonly string WithPage = Some.WithPage(Some.Field("well", "boolean", "true"));

    [Theory]
    [InlineData("", "Made")]
    [InlineData("public", "Made")]
    [InlineData("", "")]
    public void The_public_members_are_the_same_as_with_telemetry(string visibility, string rootNamespace)
    {
        AssertSameMembers(WithOptions, visibility, rootNamespace, 40);
        AssertSameMembers(WithPage, visibility, rootNamespace, 25);
    }

    static void AssertSameMembers(string manifest, string visibility, string rootNamespace, int more)
    {
        var on = new Project { Manifest = manifest, Visibility = visibility, RootNamespace = rootNamespace }.Build();
        var off = new Project
        {
            Manifest = manifest,
            Visibility = visibility,
            RootNamespace = rootNamespace,
            Telemetry = "off",
        }.Build();
        Assert.Empty(on.CompilerDiagnostics);
        Assert.Empty(off.CompilerDiagnostics);
        var name = rootNamespace.Length == 0 ? "MyToolTelemetry" : rootNamespace + ".MyToolTelemetry";
        var expected = Members(on.Type(name)).ToList();
        Assert.True(expected.Count > more, string.Join("\n", expected));
        Assert.Equal(expected, Members(off.Type(name)));
        Assert.Equal(on.Type(name).DeclaredAccessibility, off.Type(name).DeclaredAccessibility);
    }

    // Every member that a tool can call, including those of the SDK's base class; every enum member with its number.
    static IEnumerable<string> Members(INamedTypeSymbol type)
    {
        var types = type.GetMembers().OfType<INamedTypeSymbol>()
            .Where(t => t.DeclaredAccessibility == Accessibility.Public);
        foreach (var nested in types.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            foreach (var member in Members(nested))
                yield return member;
        }

        var own = Bases(type).SelectMany(t => t.GetMembers())
            .Where(m => m.DeclaredAccessibility == Accessibility.Public && m is not INamedTypeSymbol)
            .Select(m => $"{type.Name}: {NameOf(m)}{NumberOf(m)}");
        foreach (var member in own.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return member;

        static string NameOf(ISymbol member) => member.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)
            .Replace(member.ContainingType.Name + ".", "", StringComparison.Ordinal);

        static string NumberOf(ISymbol member) =>
            member is IFieldSymbol { HasConstantValue: true, ContainingType.TypeKind: TypeKind.Enum } field
                ? " = " + field.ConstantValue : "";
    }

    static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol? type)
    {
        for (; type is { TypeKind: TypeKind.Class, SpecialType: SpecialType.None }; type = type.BaseType)
            yield return type;
        if (type is { TypeKind: TypeKind.Enum })
            yield return type;
    }

    [Fact]
    public void The_sample_compiles_to_an_assembly_without_its_telemetry()
    {
        var off = new Project { Manifest = Some.Kmpkg, OutputType = "Exe", Telemetry = "off" }.Build();
        using var bytes = new MemoryStream();
        Assert.Empty(off.CompilerDiagnostics);
        var library = off.Compilation.Options.WithOutputKind(OutputKind.DynamicallyLinkedLibrary);
        Assert.True(off.Compilation.WithOptions(library)
            .Emit(bytes, cancellationToken: TestContext.Current.CancellationToken).Success);
        var manifest = ManifestReader.Read(Some.Kmpkg).Manifest!;
        var host = new Uri(manifest.Endpoint).Host;
        foreach (var word in new[] { manifest.Endpoint, host, manifest.Recipient, manifest.Contact })
        {
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)));
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.Unicode.GetBytes(word)));
        }
    }

    static readonly Assembly Greeter = new Project
    {
        Manifest = Some.WithFields("well").Replace(
            "consent:\n", "consent:\n  show-option: --show-telemetry\n", StringComparison.Ordinal),
        Telemetry = "off",
        Sources =
        [
            """
            using System;
            using System.Threading.Tasks;
            using Tallymark;

            public static class Cases
            {
                static readonly Made.MyToolTelemetry T = Made.MyToolTelemetry.Start([]);
                static void End(TelemetryEvent run) => run.Succeed();

                public static int Value() => T.Go(run => 3);
                public static int Statement()
                {
                    var n = 0;
                    T.Go(run => { run.Well = true; End(run); n = 3; });
                    return n;
                }

                public static int AsyncValue() => T.Go(async run => { await Task.Yield(); return 3; }).Result;
                public static int AsyncStatement()
                {
                    var n = 0;
                    T.Go(async run => { await Task.Yield(); n = 3; }).Wait();
                    return n;
                }

                public static int WithoutLambda()
                {
                    using var run = T.Go();
                    run.Well = null;
                    run.Fail();
                    return T.IsOn || T.Current is not null ? 0 : 3;
                }

                public static int Throws()
                {
                    try { T.Go(run => throw new TimeoutException()); return 0; }
                    catch (TimeoutException) { return 3; }
                }

                public static int Verb(params string[] args) => Made.MyToolTelemetry.Command(args);
            }
            """,
        ],
    }.Build().Load();

    [Theory]
    [InlineData("Value")]
    [InlineData("Statement")]
    [InlineData("AsyncValue")]
    [InlineData("AsyncStatement")]
    [InlineData("WithoutLambda")]
    [InlineData("Throws")]
    public void A_measured_lambda_runs(string method) =>
        Assert.Equal(3, Greeter.GetType("Cases")!.GetMethod(method)!.Invoke(null, null));

    [Fact]
    public void The_assembly_references_neither_the_SDK_nor_the_network()
    {
        var references = Greeter.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, name => name.StartsWith("Tallymark", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name.StartsWith("System.Net", StringComparison.Ordinal));
        var methods = Greeter.GetTypes().SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic));
        Assert.DoesNotContain(
            methods, m => m.IsDefined(typeof(System.Runtime.CompilerServices.ModuleInitializerAttribute)));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    public void Help_lists_the_commands(string word)
    {
        var (exitCode, output, errors) = Verb([word]);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.StartsWith("This build of my-tool has no telemetry", output);
        Assert.EndsWith(
            """
            usage: my-tool telemetry VERB [FIELD] [--json]
            verbs: status, why, on, off, show, share FIELD, withhold FIELD, preview, log,
                   upload, verify, delete, notice

            """,
            output);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("stauts")]
    [InlineData("status")]
    [InlineData("off")]
    [InlineData("delete")]
    public void No_line_is_wider_than_79_columns(string word)
    {
        var (_, output, errors) = Verb([word]);
        Assert.NotEqual("", output + errors);
        Assert.All((output + errors).Split('\n'), line => Assert.InRange(line.Length, 0, 79));
    }

    [Theory]
    [InlineData(0, true, "status")]
    [InlineData(0, true, "why")]
    [InlineData(0, true, "why", "--show-telemetry")]
    [InlineData(0, true, "verify")]
    [InlineData(0, true, "off")]
    [InlineData(0, true, "show")]
    [InlineData(0, false, "preview")]
    [InlineData(0, false, "log")]
    [InlineData(0, false, "upload")]
    [InlineData(0, false, "notice")]
    [InlineData(1, false, "on")]
    [InlineData(1, false, "delete")]
    [InlineData(1, false, "share", "well")]
    [InlineData(1, false, "withhold", "well")]
    [InlineData(2, false, "share")]
    [InlineData(2, false, "status", "twice")]
    [InlineData(2, false, "stauts")]
    [InlineData(2, false)]
    public void Every_command_says_that_this_build_has_no_telemetry(int code, bool toOutput, params string[] words)
    {
        var (exitCode, output, errors) = Verb(words);
        const string Sentence = "This build of my-tool has no telemetry:\nnothing is recorded, nothing can be sent.\n";
        Assert.Equal(code, exitCode);
        Assert.Equal(toOutput ? Sentence : "", output);
        Assert.Equal(!toOutput, errors.StartsWith(Sentence, StringComparison.Ordinal));
        Assert.Equal(code == 2, errors.Contains("usage: my-tool telemetry ", StringComparison.Ordinal));
        Assert.Equal(words is ["off" or "delete"], errors.Contains("another build", StringComparison.Ordinal));

        var (jsonExitCode, json, _) = Verb([.. words, "--json"]);
        Assert.Equal(code, jsonExitCode);
        if (code == 2 || words is ["notice"])
        {
            Assert.Equal("", json);
            return;
        }

        var root = JsonDocument.Parse(json).RootElement;
        Assert.Equal("my-tool", root.GetProperty("tool").GetString());
        Assert.True(root.GetProperty("compiled_out").GetBoolean());
        Assert.True(root.GetProperty("nothing_can_be_sent").GetBoolean());
        Assert.False(root.GetProperty("on").GetBoolean());
    }

    // The console is static state of the process. Tests of one class do not run in parallel.
    static (int Code, string Output, string Errors) Verb(string[] words)
    {
        var (output, errors) = (Console.Out, Console.Error);
        using var newOutput = new StringWriter();
        using var newError = new StringWriter();
        try
        {
            Console.SetOut(newOutput);
            Console.SetError(newError);
            var code = (int)Greeter.GetType("Cases")!.GetMethod("Verb")!.Invoke(null, [words])!;
            return (code, newOutput.ToString(), newError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }

    [Theory]
    [InlineData("on")]
    [InlineData("true")]
    [InlineData("")]
    public void A_build_with_on_or_without_the_property_has_telemetry(string word) =>
        Assert.Contains(
            "TelemetryClient.Start", new Project { Manifest = Some.AllTypes, Telemetry = word }.Build().Text);

    [Theory]
    [InlineData("no")]
    [InlineData("of")]
    [InlineData("disabled")]
    public void Any_other_value_is_an_error(string word)
    {
        var built = new Project { Manifest = Some.WithFields("well"), Telemetry = word }.Build();
        var diagnostic = Assert.Single(built.Diagnostics, f => f.Severity == DiagnosticSeverity.Error);
        Assert.Equal("TALLY1002", diagnostic.Id);
        Assert.Contains($"`{word}`", diagnostic.GetMessage(null));
    }
}
