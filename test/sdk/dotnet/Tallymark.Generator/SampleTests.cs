// SPDX-License-Identifier: MIT


namespace Tallymark.Generator.Tests;

/// <summary>The sample's manifest: the generated API, and what does not compile against it.</summary>
public sealed class SampleTests
{
    static readonly ToolManifest Manifest = ManifestReader.Read(Some.Kmpkg).Manifest!;

    // The event that the SDK itself records has no class.
    static readonly Event[] ProgramEvents = [.. Manifest.Events.Where(e => !e.CountsDropped)];

    [Fact]
    public void Generated_code_and_the_program_that_uses_it_compile_without_a_warning()
    {
        var built = Kmpkg("""
            using var telemetry = KmpkgTelemetry.Start(args);
            telemetry.Install(run =>
            {
                run.Packages = new[] { "zlib" };
                run.Options = ["--recurse"];
                run.ExitCode = 0;
            });
            var installed = telemetry.Install(run => 3);
            await telemetry.Install(async run => await Task.Yield());
            var found = await telemetry.Search(async run => { await Task.Yield(); return "zlib"; });
            using (var run = telemetry.Build())
            {
                run.Port = found;
                run.Result = KmpkgTelemetry.BuildResult.BuildFailed;
                run.Result = KmpkgTelemetry.BuildResult.Other;
                run.Result = null;
                run.Fail();
            }

            Console.Error.WriteLine(KmpkgTelemetry.Notice + KmpkgTelemetry.DisableOption + KmpkgTelemetry.ShowOption);
            return telemetry.IsOn ? installed : KmpkgTelemetry.Command(["status"]);
            """);
        Assert.Null(built.Crash);
        Assert.Empty(built.Diagnostics);
        Assert.Empty(built.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("telemetry.Install(run => run.Path = \"/home/me\");", "CS1061")]
    [InlineData("telemetry.Upgrade(run => { });", "CS1061")]
    [InlineData("telemetry.Dropped(run => { });", "CS1061")]
    [InlineData("telemetry.Build(run => run.ExitCode = 0);", "CS1061")]
    [InlineData("telemetry.Install(run => run.Installation = \"me\");", "CS1061")]
    [InlineData("telemetry.Install(run => run.Packages = \"zlib\");", "CS0029")]
    [InlineData("telemetry.Install(run => run.ExitCode = \"0\");", "CS0029")]
    [InlineData("telemetry.Build(run => run.Result = \"succeeded\");", "CS0029")]
    [InlineData("telemetry.Build(run => run.Port = 3);", "CS0029")]
    [InlineData("telemetry.Build(run => run.Result = KmpkgTelemetry.BuildResult.Exploded);", "CS0117")]
    [InlineData("telemetry.Install(run => System.Console.WriteLine(run.Packages));", "CS0154")]
    public void An_undeclared_member_does_not_compile(string statement, string error)
    {
        var built = Kmpkg($"using var telemetry = KmpkgTelemetry.Start(args);\n{statement}\nreturn 0;");
        Assert.Contains(error, built.CompilerDiagnostics);
    }

    [Fact]
    public void Exactly_the_fields_that_the_program_sets_have_a_member()
    {
        var built = Kmpkg("return 0;");
        foreach (var e in ProgramEvents)
        {
            var type = built.Type($"Kmpkg.KmpkgTelemetry+{Pascal(e.Name)}Event");
            Assert.Equal(
                Manifest.FieldsOf(e).Where(f => f.Source == FieldSource.Program).Select(f => Pascal(f.Name)),
                type.GetMembers().OfType<IPropertySymbol>().Select(p => p.Name));
        }
    }

    [Fact]
    public void An_event_that_the_SDK_records_is_in_the_definition_and_has_no_method()
    {
        var built = Kmpkg("return 0;");
        Assert.Empty(built.Type("Kmpkg.KmpkgTelemetry").GetMembers("Dropped"));
        Assert.Contains(
            "    Dropped = new global::System.Func<global::Tallymark.EventDefinition>(MakeDropped),\n", built.Text);
        Assert.Contains("new(\"dropped_events\", global::Tallymark.FieldKind.Dropped),", built.Text);
        var none = new Project { Manifest = Some.WithEvents("dropped") }.Build();
        Assert.Empty(none.CompilerDiagnostics);
        Assert.DoesNotContain("MakeDropped", none.Text);
        Assert.NotEmpty(none.Type("Made.MyToolTelemetry").GetMembers("Dropped"));
    }

    [Fact]
    public void Every_field_of_the_manifest_has_a_definition_in_the_manifests_order()
    {
        var text = Kmpkg("return 0;").Text!;
        foreach (var e in Manifest.Events)
        {
            var start = e.CountsDropped ? $"MakeDropped() => new(\"{e.Name}\"" : $"_shape = new(\"{e.Name}\"";
            var shape = text[text.IndexOf(start, StringComparison.Ordinal)..];
            shape = shape[..shape.IndexOf("});", StringComparison.Ordinal)];
            var at = Manifest.FieldsOf(e)
                .Select(f => shape.IndexOf($"new(\"{f.Name}\", ", StringComparison.Ordinal)).ToList();
            Assert.DoesNotContain(-1, at);
            Assert.Equal(at.Order(), at);
        }
    }

    [Fact]
    public void Every_member_is_documented_with_the_texts_of_the_manifest()
    {
        var built = Kmpkg("return 0;");
        foreach (var e in ProgramEvents)
        {
            var type = built.Type($"Kmpkg.KmpkgTelemetry+{Pascal(e.Name)}Event");
            var about = Built.Documentation(type);
            Assert.Contains(e.Why, about);
            Assert.All(
                built.Type("Kmpkg.KmpkgTelemetry").GetMembers(Pascal(e.Name)).OfType<IMethodSymbol>(),
                method => Assert.Contains(e.Why, Built.Documentation(method)));
            foreach (var field in Manifest.FieldsOf(e))
            {
                var member = type.GetMembers(Pascal(field.Name)).SingleOrDefault();
                var documentation = member is null ? about : Built.Documentation(member);
                Assert.Contains(field.Why, documentation);
                Assert.Contains($"<c>{field.Name}</c>", documentation);
                Assert.Contains(field.Published ? "Published." : "Not published.", documentation);
                if (member is null)
                    continue;
                Assert.Contains($"Example: <c>{field.Example}</c>", documentation);
                Assert.All(field.Values.Take(20), value => Assert.Contains($"<c>{value}</c>", documentation));
                var more = $" and {field.Values.Count - 20} more.";
                Assert.Equal(field.Values.Count > 20, documentation.Contains(more, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void The_tool_class_has_the_values_of_the_manifest()
    {
        var built = Kmpkg("return 0;");
        var text = built.Text!;
        var notice = (IFieldSymbol)built.Type("Kmpkg.KmpkgTelemetry").GetMembers("Notice").Single();
        Assert.Equal(NoticeText.Of(Manifest), notice.ConstantValue);
        Assert.Contains($"scopeId: \"{Scope.IdOf(Manifest)}\"", text);
        Assert.Contains("version: \"1.4.2\"", text);
        Assert.Contains("new(\"KMPKG_DISABLE_METRICS\", true)", text);
        Assert.Contains("marker: \"kmpkg.disable-metrics\"", text);
        Assert.Contains("Prerelease = new string[] { \"preview\", \"rc\" }", text);
        Assert.Contains("channels: global::Tallymark.NoticeChannels.Setup", text);
    }

    [Fact]
    public void A_shared_list_is_one_constant_for_all_its_fields()
    {
        var text = Kmpkg("return 0;").Text!;
        Assert.Equal(2, text.Split("PortsValues =>").Length);
        Assert.Contains("=> \"\\nbuild_failed\\nfile_conflict\\nmissing_dependency\\nsucceeded\\n\"u8;", text);
    }

    [Fact]
    public void The_same_input_produces_the_same_bytes()
    {
        Assert.Equal(Kmpkg("return 0;").Text, Kmpkg("return 1;").Text);
        Assert.DoesNotContain('\r', Kmpkg("return 0;").Text!);
        Assert.StartsWith("// <auto-generated/>", Kmpkg("return 0;").Text);
    }

    static Built Kmpkg(string main) => new Project
    {
        Manifest = Some.Kmpkg,
        RootNamespace = "Kmpkg",
        OutputType = "Exe",
        Sources = [$"using System;\nusing System.Threading.Tasks;\nusing Kmpkg;\n{main}"],
    }.Build();

    static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
}
