// SPDX-License-Identifier: MIT
namespace Mlnet.Tests;

/// <summary>A run of a command is one event with the fields of the manifest; anything else records nothing.</summary>
public sealed class RecordTests
{
    static readonly ToolManifest Manifest =
        ManifestReader.Read(File.ReadAllText(Path.Combine(Workplace.Sample, "telemetry.yaml"))).Manifest!;

    [Fact]
    public async Task A_run_records_all_fields_of_the_manifest_but_the_country_the_stack_and_an_absent_machine()
    {
        using var here = new Workplace();
        await here.SeeNotice();
        here.Write("ratings.tsv", Some.Ratings(1, rows: 200));
        (await here.Words(
            "recommendation --dataset ratings.tsv --label-col rating --user-col user --item-col film --train-time 1"))
            .With(0);
        var line = Assert.Single(here.Recorded());
        Assert.Equal("success", line.GetProperty("status").GetString());
        Assert.Equal(
            Manifest.FieldsOf(Manifest.FindEvent("invocation")!).Select(f => f.Name)
                .Except(["country", "stack", "machine"]),
            line.GetProperty("fields").EnumerateObject().Select(f => f.Name).Where(name => name != "machine"));
    }

    [Theory]
    [InlineData("predict --model model.mlnet --dataset ratings.tsv", "predict", "recommendation", "success", 0)]
    [InlineData("predict --model absent.mlnet --dataset ratings.tsv", "predict", null, "failure", 4)]
    [InlineData("regression --dataset ratings.tsv --label-col x", "regression", "regression", "failure", 2)]
    [InlineData("classification --dataset absent --label-col x", "classification", "classification", "failure", 4)]
    public async Task A_run_records_its_command_its_task_and_how_it_ended(
        string command, string name, string? task, string status, int code)
    {
        using var here = new Workplace();
        here.Write("ratings.tsv", Some.Ratings(1, rows: 200));
        (await here.Words(
            "recommendation --dataset ratings.tsv --label-col rating --user-col user --item-col film --train-time 1"))
            .With(0);
        await here.SeeNotice();
        Assert.Empty(here.Recorded());
        (await here.Words(command)).With(code);
        var line = Assert.Single(here.Recorded());
        var fields = line.GetProperty("fields");
        Assert.Equal((name, status), (fields.GetProperty("command").GetString(), line.GetProperty("status").GetString()));
        Assert.Equal(task, fields.TryGetProperty("task", out var value) ? value.GetString() : null);
        Assert.False(fields.TryGetProperty("stack", out _));
        Assert.Equal(
            !command.Contains("absent --", StringComparison.Ordinal), fields.TryGetProperty("dataset_name", out _));
    }

    [Fact]
    public async Task The_size_of_a_dataset_is_that_of_the_file_that_a_link_leads_to()
    {
        using var here = new Workplace();
        await here.SeeNotice();
        here.Write("data.csv", "a\n" + new string('1', 3000));
        File.CreateSymbolicLink(here["link.csv"], "data.csv");
        File.CreateSymbolicLink(here["second.csv"], "link.csv");
        (await here.Words("regression --dataset second.csv --label-col y")).With(2);
        // A pipe has a link in /dev/fd that leads to no file, and no size.
        (await here.Shell("echo a | \"$0\" regression --dataset /dev/fd/0 --label-col y")).With(2);
        Assert.Equal([4096, null], here.Recorded()
            .OrderBy(line => line.GetProperty("fields").TryGetProperty("dataset_size", out _) ? 0 : 1)
            .Select(line => line.GetProperty("fields").TryGetProperty("dataset_size", out var size)
                ? size.GetInt64() : (long?)null));
    }

    [Fact]
    public async Task The_list_of_parameters_is_that_of_the_commands()
    {
        using var here = new Workplace();
        var help = "";
        foreach (var command in (string[])["classification", "regression", "recommendation", "predict"])
            help += (await here.Words($"{command} --help")).With(0).Output;
        var declared = Manifest.FieldsOf(Manifest.FindEvent("invocation")!).Single(f => f.Name == "parameters").Values;
        var accepted = help.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word[2..])
            .Where(word => word != "help").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(declared, accepted);
    }

    [Fact]
    public async Task Output_and_exit_code_are_the_same_with_and_without_telemetry()
    {
        using var on = new Workplace();
        using var off = new Workplace();
        off.Environment["MLDOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        await on.SeeNotice();
        foreach (var here in (Workplace[])[on, off])
        {
            here.Write("houses.csv", Some.Houses(1));
            here.Write("bad.csv", "a,b\n1\n");
        }

        foreach (var command in (string[])[
            "", "--help", "--version", "regression", "regression --dataset houses.csv --label-col price --train-time 60",
            "predict --model model.mlnet --dataset houses.csv", "regression --dataset bad.csv --label-col b"])
        {
            var (with, without) = (await on.Words(command), await off.Words(command));
            Assert.Equal(
                without with { Output = without.Output.Replace(off["."][..^1], on["."][..^1], StringComparison.Ordinal) },
                with);
        }

        Assert.Equal(3, on.Recorded().Length);
        Assert.Empty(off.Recorded());
        Assert.Equal(
            await File.ReadAllBytesAsync(off["predictions.csv"], TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(on["predictions.csv"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_telemetry_commands_work_and_record_nothing()
    {
        using var here = new Workplace();
        await here.SeeNotice();
        Assert.Contains("on (the default)", (await here.Words("telemetry why")).With(0).Output,
            StringComparison.Ordinal);
        Assert.Contains("dataset_size", (await here.Words("telemetry show")).With(0).Output, StringComparison.Ordinal);
        (await here.Words("telemetry withhold machine")).With(0);
        (await here.Words("regression --dataset empty.csv --label-col y")).With(2);
        var line = Assert.Single(here.Recorded());
        Assert.False(line.GetProperty("fields").TryGetProperty("machine", out _));
        (await here.Words("telemetry off")).With(0);
        (await here.Words("regression --dataset empty.csv --label-col y")).With(2);
        Assert.Empty(here.Recorded());
        (await here.Words("telemetry verify")).With(0);
    }
}
