// SPDX-License-Identifier: MIT
// How MLflow's telemetry is switched off: variables, automated environments, the endpoint, the collector, the vendor.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlflowConsentClaims
{
    // The variables that the systems of the document's list set (their own documentation).
    static readonly Dictionary<string, (string Variable, string Value)> CiSystems = new(StringComparer.Ordinal)
    {
        ["CI"] = ("CI", "true"),
        ["Github Actions"] = ("GITHUB_ACTIONS", "true"),
        ["CircleCI"] = ("CIRCLECI", "true"),
        ["GitLab CI/CD"] = ("GITLAB_CI", "true"),
        ["Jenkins Pipeline"] = ("JENKINS_URL", "https://ci.example/"),
        ["Travis CI"] = ("TRAVIS", "true"),
        ["Azure Pipelines"] = ("TF_BUILD", "True"),
        ["BitBucket"] = ("BITBUCKET_BUILD_NUMBER", "7"),
        ["AWS CodeBuild"] = ("CODEBUILD_BUILD_ARN", "arn:aws:codebuild:eu-central-1:1:build/a"),
        ["BuildKite"] = ("BUILDKITE", "true"),
    };

    [Theory]
    [InlineData("MLFLOW_DISABLE_TELEMETRY", "true")]
    [InlineData("DO_NOT_TRACK", "true")]
    [InlineData("DO_NOT_TRACK", "1")]
    [Claim("MLFLOW-07", "MLFLOW-09")]
    public async Task A_variable_turns_it_off_at_once_in_a_running_process(string variable, string value)
    {
        using var home = new MlflowHome();
        await home.SetUp();
        using var process = Product.Start(home.Tool, ["follow"], home.Environment, home.WorkingFolder, keepInput: true);
        Assert.Equal("on", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("on", await Order(process, "record"));
        Assert.Equal("off", await Order(process, $"set {variable} {value}"));
        Assert.Equal("off", await Order(process, "record"));
        Assert.Equal("off", await Order(process, "record"));
        Assert.Single(home.Lines("spool"));
        Assert.Equal("on", await Order(process, $"unset {variable}"));
        Assert.Equal("on", await Order(process, "record"));
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(2, home.Lines("spool").Count);

        home.Environment[variable] = value;
        Assert.Equal("off\n", await home.Example("check"));
        Assert.Empty(await home.Record("log-metric"));
        Assert.Contains(variable, (await home.Telemetry("why")).Output, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("MLFLOW-07", "MLFLOW-09")]
    public async Task The_users_saved_choice_also_takes_effect_in_a_running_process()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        using var process = Product.Start(home.Tool, ["follow"], home.Environment, home.WorkingFolder, keepInput: true);
        Assert.Equal("on", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("on", await Order(process, "record"));
        Assert.Equal(0, (await home.Telemetry("off")).ExitCode);
        Assert.Equal("off", await Order(process, "record"));
        Assert.Empty(home.Lines("spool"));
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Empty(home.Lines("spool"));
    }

    [Fact]
    [Claim("MLFLOW-08", "LF-05", "MLFLOW-09")]
    public async Task It_is_off_by_itself_in_each_automated_environment_of_the_list()
    {
        var listed = MlflowDocument.Page.GetProperty("ci_environments").GetProperty("values").EnumerateArray()
            .Select(v => v.GetString()!);
        Assert.Equal(listed, CiSystems.Keys);
        using var home = new MlflowHome();
        await home.SetUp();
        foreach (var (variable, value) in CiSystems.Values)
        {
            home.Environment[variable] = value;
            Assert.Equal("off\n", await home.Example("check + log-metric"));
            home.Environment.Remove(variable);
        }

        Assert.Empty(home.Lines("spool"));
        Assert.Single(await home.Record("log-metric"));

        // A machine that sees no notice, as a fully automated installation without such a variable: nothing either.
        using var automated = new MlflowHome();
        Assert.Equal("off\n", await automated.Example("check + log-metric"));
        Assert.False(Directory.Exists(automated.State));
    }

    [Fact]
    [Claim("MLFLOW-09")]
    public async Task The_current_client_is_null_whenever_nothing_can_be_recorded()
    {
        using var home = new MlflowHome();
        Assert.Equal("off\n", await home.Example("check"));
        await home.SetUp();
        Assert.Equal("on\n", await home.Example("check"));
        Assert.Equal(0, (await home.Telemetry("off")).ExitCode);
        Assert.Equal("off\n", await home.Example("check"));
        Assert.Equal(0, (await home.Telemetry("on")).ExitCode);
        Assert.Equal("on\n", await home.Example("check"));

        // A receipt that can't be read, and a state folder that can't be written.
        foreach (var receipt in Directory.GetFiles(Path.Combine(home.State, "receipts")))
            await File.WriteAllTextAsync(receipt, "?\n", TestContext.Current.CancellationToken);
        Assert.Equal("off\n", await home.Example("check"));
        using var full = new MlflowHome();
        await File.WriteAllTextAsync(Path.Combine(full.Folder, ".local"), "", TestContext.Current.CancellationToken);
        Assert.Equal("off\n", await full.Example("check"));
    }

    [Fact]
    [Claim("MLFLOW-10")]
    public async Task A_child_with_a_clean_environment_is_a_documented_limit_and_the_saved_choice_holds_there()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        home.Environment["MLFLOW_DISABLE_TELEMETRY"] = "true";
        Assert.Equal("on\n", await home.Example("child check"));
        Assert.Equal("off\n", await home.Example("check"));
        await home.Example("child create-experiment");
        Assert.Single(home.Lines("spool"));
        Assert.Equal(0, (await home.Telemetry("off")).ExitCode);
        Assert.Equal("off\n", await home.Example("child check"));
        await home.Example("child create-experiment");
        Assert.Empty(home.Lines("spool"));

        var page = await File.ReadAllTextAsync(
            Path.Combine(Product.Root, "samples/mlflow/docs/usage-tracking.md"), TestContext.Current.CancellationToken);
        Assert.Contains("clean environment", page, StringComparison.Ordinal);
        Assert.Contains("telemetry off", page, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("MLFLOW-11", "MLFLOW-09")]
    public async Task An_unreachable_endpoint_turns_it_off_and_the_program_notices_nothing()
    {
        using var home = new MlflowHome($"http://127.0.0.1:{FreePort()}/v1/batches");
        await home.SetUp();
        var before = await home.Run("log-metric", "+", "create-prompt");
        Assert.Equal((0, "", ""), (before.ExitCode, before.Output, before.Errors));
        for (var occasion = 0; occasion < 6; occasion++)
            Assert.Equal(1, (await home.Telemetry("upload")).ExitCode);

        // The days pass: the first of these attempts was four days ago.
        var due = Path.Combine(home.State, "due");
        var words = (await File.ReadAllTextAsync(due, TestContext.Current.CancellationToken)).Split('\n')[0].Split(' ');
        Assert.Equal("6", words[2]);
        words[3] = DateTime.UtcNow.AddDays(-4).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(due, string.Join(' ', words) + "\n", TestContext.Current.CancellationToken);

        var waiting = home.Lines("spool").Count + home.Lines("batches").Count;
        var after = await home.Run("log-metric", "+", "create-prompt");
        Assert.Equal((0, "", ""), (after.ExitCode, after.Output, after.Errors));
        Assert.Equal(waiting, home.Lines("spool").Count + home.Lines("batches").Count);
        Assert.Equal("off\n", await home.Example("check"));
        Assert.Contains("unreachable since", (await home.Telemetry("why")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"stop":"all"}""", 0)]
    [InlineData("""{"stop":"all","packages":["mlflow"]}""", 0)]
    [InlineData("""{"stop":"all","os":["linux"]}""", 0)]
    [InlineData("""{"share":0}""", 0)]
    [InlineData("""{"stop":"event","event":"log_metric"}""", 1)]
    [InlineData("""{"stop":"all","packages":["mlflow-skinny"]}""", 2)]
    [Claim("MLFLOW-17")]
    public async Task The_collectors_settings_stop_everything_an_event_an_SDK_a_system_or_a_share(
        string rule, int recorded)
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        using var home = new MlflowHome(collector.Endpoint);
        await home.SetUp();
        var settings = Directory.CreateDirectory(Path.Combine(collector.Data, "settings")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(settings, "new"), $$"""{"tallymark":1,"lifetime_hours":24,"rules":[{{rule}}]}""",
            TestContext.Current.CancellationToken);
        File.Move(Path.Combine(settings, "new"), Path.Combine(settings, "mlflow.json"));
        Assert.Single(await home.Record("create-prompt"));
        await home.Telemetry("upload");
        Assert.Equal(recorded, (await home.Record("log-metric + log-param")).Count);
        Assert.Equal(recorded == 0 ? "off\n" : "on\n", await home.Example("check"));
    }

    [Fact]
    [Claim("MLFLOW-20")]
    public async Task A_vendors_build_without_telemetry_has_none_and_works()
    {
        var built = Product.Built("test/samples/mlflow.CompiledOut", SampleTool.Mlflow.Program);
        using var home = new MlflowHome(program: built);
        var shown = await home.RunInTerminal("tour");
        Assert.True(shown.ExitCode == 0, shown.Output);
        Assert.DoesNotContain("usage data", shown.Output, StringComparison.Ordinal);
        Assert.Equal("off\n", await home.Example("check"));
        Assert.False(Directory.Exists(Path.Combine(home.Folder, ".local")));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(built)!, "Tallymark.dll")));
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(built)!, "mlflow-example.*"))
            Assert.True(
                (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan()
                    .IndexOf("mlflow-telemetry.example"u8) < 0, file);
    }

    [Fact]
    [Claim("MLFLOW-20")]
    public async Task A_vendors_build_that_redirects_names_its_recipient_and_can_be_opted_out()
    {
        using var home = new MlflowHome(
            program: Product.Built("test/samples/mlflow.Redirected", SampleTool.Mlflow.Program));
        var shown = await home.RunInTerminal("check");
        Assert.Contains("the Example Linux packagers", shown.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("MLflow maintainers", shown.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal("on\n", await home.Example("check"));
        Assert.Contains("https://telemetry.example-linux.example/v1/batches",
            (await home.Telemetry("status")).Output, StringComparison.Ordinal);

        // The project's own build has another recipient, whose notice this user has not seen.
        using var process = Product.Start(
            SampleTool.Mlflow.Path, ["check"], home.Environment, home.WorkingFolder);
        Assert.Equal("off\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));

        foreach (var (name, value) in ((string, string)[])[("MLFLOW_DISABLE_TELEMETRY", "true"), ("DO_NOT_TRACK", "1")])
        {
            home.Environment[name] = value;
            Assert.Equal("off\n", await home.Example("check"));
            home.Environment.Remove(name);
        }

        Assert.Equal(0, (await home.Telemetry("off")).ExitCode);
        Assert.Equal("off\n", await home.Example("check"));
    }

    static async Task<string?> Order(Process process, string order)
    {
        await process.StandardInput.WriteLineAsync(order);
        return await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
