// SPDX-License-Identifier: MIT

namespace Tallymark.Generator.Tests;

/// <summary>
/// <c>Frozen.txt</c> lists the members of the SDK that generated code calls: programs that are already compiled call
/// them too, with every later SDK. Nothing is ever removed from the list, and nothing on it is ever removed from the
/// SDK (docs/adr/0034-two-versions-of-the-sdk.md).
/// </summary>
public sealed class FrozenMembersTests
{
    const string AcceptVariable = "TALLYMARK_ACCEPT_API"; // adds lines and never removes one

    // A program's own code calls these on an event, so it has them compiled in.
    static readonly string[] CalledByPrograms =
    [
        "M:Tallymark.TelemetryEvent.Dispose", "M:Tallymark.TelemetryEvent.Fail", "M:Tallymark.TelemetryEvent.Succeed",
    ];

    static readonly Built[] Projects =
    [
        new Project { Manifest = Some.AllTypes }.Build(),
        new Project { Manifest = Some.Kmpkg, OutputType = "Exe", PackageId = "another", Development = "true" }.Build(),
        new Project
        {
            Manifest = Some.WithPage(Some.Field("well", "boolean", "true")),
            Distribution = ("a distributor", "https://telemetry.example.org/v1/batches", "a distributor"),
        }.Build(),
    ];

    static string File => Repository.PathOf("test/sdk/dotnet/Tallymark.Generator/Frozen.txt");

    [Fact]
    public void Generated_code_calls_only_frozen_members()
    {
        var called = Projects.SelectMany(CalledMembers).Concat(CalledByPrograms).Distinct(StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            System.IO.File.WriteAllLines(
                File, (System.IO.File.Exists(File) ? Frozen() : []).Union(called, StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal));
        }

        Assert.Empty(called.Except(Frozen(), StringComparer.Ordinal));
        Assert.True(Frozen().Length >= 40);
    }

    [Fact]
    public void The_SDK_has_every_frozen_member()
    {
        var compilation = Projects[0].Compilation;
        Assert.All(Frozen(), line => Assert.NotNull(
            DocumentationCommentId.GetFirstSymbolForDeclarationId(line, compilation)));
    }

    static string[] Frozen() => System.IO.File.ReadAllLines(File);

    // As documentation ids, which contain the types of all parameters.
    static IEnumerable<string> CalledMembers(Built built)
    {
        var tree = built.Compilation.SyntaxTrees.Single(t => t.FilePath.EndsWith(".g.cs", StringComparison.Ordinal));
        var model = built.Compilation.GetSemanticModel(tree);
        return tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes()
            .Select(node => model.GetSymbolInfo(node).Symbol)
            .Where(symbol => symbol is IMethodSymbol or IPropertySymbol or IFieldSymbol)
            .Where(symbol => symbol!.ContainingAssembly?.Name == "Tallymark")
            .Select(symbol => symbol!.OriginalDefinition.GetDocumentationCommentId())
            .OfType<string>();
    }
}
