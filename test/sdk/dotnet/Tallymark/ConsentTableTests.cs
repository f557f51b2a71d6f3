// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>Every combination of the consent sources, and every way to write a value.</summary>
public sealed class ConsentTableTests
{
    const string First = "tallymark-choice 1\n";

    /// <summary>
    /// The answers of each source, in the order of precedence: how it says it, and whether it is on then. The first of
    /// each says nothing.
    /// </summary>
    static readonly (ConsentSource Source, Said[] Said)[] Table =
    [
        (ConsentSource.Policy,
        [
            new((ref _) => { }),
            new((ref s) => s.Policy = new Policy(false, new Redirect("https://collector.example/v1/batches", "us"))),
            new((ref s) => s.Policy = new Policy(Off: true), Off: true, ErasesUnsentData: true),
            new((ref s) => s.Policy = new Policy(false, null, "it cannot be read"), Off: true),
        ]),
        (ConsentSource.DoNotTrack,
        [
            new((ref _) => { }), new((ref s) => s.DoNotTrack = ""), new((ref s) => s.DoNotTrack = "false"),
            new((ref s) => s.DoNotTrack = "False", Off: true), new((ref s) => s.DoNotTrack = "1", Off: true),
        ]),
        (ConsentSource.Variable,
        [
            new((ref _) => { }), new((ref s) => s.Variables = [null, "NO"]), new(
                (ref s) => s.Variables = ["", null], Off: true),
            new((ref s) => s.Variables = [null, " Yes "], Off: true),
        ]),
        (ConsentSource.Option, [new((ref _) => { }), new((ref s) => s.OptionGiven = true, Off: true)]),
        (ConsentSource.Marker,
        [
            new((ref _) => { }), new((ref s) => s.MarkerFound = true, Off: true), new(
                (ref s) => s.MarkerError = "no right", Off: true),
        ]),
        (ConsentSource.Ci, [new((ref _) => { }), new((ref s) => (s.CiName, s.CiValue) = ("CI", "true"), Off: true)]),
        (ConsentSource.Choice,
        [
            new((ref _) => { }), new((ref s) => s.Choice = Choice.Parse(First + "withhold os\n")),
            new((ref s) => s.Choice = Choice.Parse(First + "telemetry on\n"), On: true),
            new((ref s) => s.Choice = Choice.Parse(First + "telemetry off\n"), Off: true, ErasesUnsentData: true),
            new((ref s) => s.Choice = Choice.Parse("nonsense"), Off: true),
        ]),
    ];

    delegate void Speak(ref ConsentSources sources);

    sealed record Said(Speak Speak, bool Off = false, bool On = false, bool ErasesUnsentData = false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void In_every_combination_the_first_applicable_source_decides_and_only_permanent_ones_erase(bool defaultOn)
    {
        var tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Setup, defaultOn);
        var combinations = 0;
        foreach (var said in Combine(0))
        {
            var sources = default(ConsentSources);
            foreach (var one in said)
                one.Speak(ref sources);
            var first = Enumerable.Range(0, said.Count).FirstOrDefault(i => said[i].Off || said[i].On, -1);
            var decision = sources.Decide(tool);
            Assert.Equal(
                first < 0 ? (defaultOn, ConsentSource.Default, false) : (
                    said[first].On, Table[first].Source, said[first].ErasesUnsentData),
                (decision.On, decision.Source, decision.ErasesUnsentData));
            combinations++;
        }

        Assert.Equal(Table.Aggregate(1, (all, row) => all * row.Said.Length), combinations);
    }

    [Theory]
    [InlineData(null, true, true, true)]
    [InlineData("", true, true, false)]
    [InlineData(" ", false, true, false)]
    [InlineData("\t", false, true, false)]
    [InlineData("0", true, true, false)]
    [InlineData(" 0 ", false, true, false)]
    [InlineData("false", true, true, false)]
    [InlineData("False", false, true, false)]
    [InlineData("FALSE", false, true, false)]
    [InlineData(" false\n", false, true, false)]
    [InlineData("no", false, true, false)]
    [InlineData("NO", false, true, false)]
    [InlineData("off", false, true, false)]
    [InlineData("Off", false, true, false)]
    [InlineData("1", false, false, false)]
    [InlineData(" 1", false, false, false)]
    [InlineData("2", false, false, false)]
    [InlineData("00", false, false, false)]
    [InlineData("-1", false, false, false)]
    [InlineData("true", false, false, false)]
    [InlineData("TRUE", false, false, false)]
    [InlineData("True ", false, false, false)]
    [InlineData("yes", false, false, false)]
    [InlineData("YES", false, false, false)]
    [InlineData("on", false, false, false)]
    [InlineData("f", false, false, false)]
    [InlineData("n", false, false, false)]
    [InlineData("anything else", false, false, false)]
    public void A_value_says_no_to_telemetry_or_nothing(
        string? value, bool underDoNotTrack, bool underTrue, bool underPresent)
    {
        Assert.Equal(underDoNotTrack, new ConsentSources { DoNotTrack = value }.Decide(SampleTelemetry.Tool).On);
        Assert.Equal(underTrue, new ConsentSources { Variables = [null, value] }.Decide(SampleTelemetry.Tool).On);
        Assert.Equal(underPresent, new ConsentSources { Variables = [value, null] }.Decide(SampleTelemetry.Tool).On);
    }

    static IEnumerable<List<Said>> Combine(int from)
    {
        if (from == Table.Length)
        {
            yield return [];
            yield break;
        }

        foreach (var one in Table[from].Said)
        {
            foreach (var rest in Combine(from + 1))
                yield return [one, .. rest];
        }
    }
}
