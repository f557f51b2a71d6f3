// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Tallymark.Tests;

/// <summary>An uploader that is killed at each of its steps in turn: before every rename and every removal.</summary>
public sealed class KilledUploaderTests
{
    static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample-tool");

    // strace(1) counts the calls of each thread separately. Everything before the first exchange happens on one thread,
    // so the later steps are reached only if there is nothing to do before: with a batch that is frozen already. For
    // the same reason settings exist already.
    [Theory]
    [InlineData("?rename,?renameat,?renameat2", false, 5)]
    [InlineData("?unlink,?unlinkat", false, 3)]
    [InlineData("?rmdir", false, 1)]
    [InlineData("?rename,?renameat,?renameat2", true, 3)]
    public async Task Killed_before_any_step_it_loses_nothing_and_sends_nothing_under_two_ids(
        string calls, bool frozen, int least)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace(1) kills it before its nth call");
        var killed = 0;
        while (await KillBefore(calls, frozen, killed + 1))
            killed++;
        Assert.InRange(killed, least, 60);
    }

    static async Task<bool> KillBefore(string calls, bool frozen, int call)
    {
        using var home = new Home().Agreed().WithSettings(TimeProvider.System.GetUtcNow());
        Fill(home, frozen);
        var lines = Home.LinesIn(home.State.Path).Where(line => line != "damage").Order(StringComparer.Ordinal)
            .ToList();
        var batches = new Dictionary<string, string[]>(StringComparer.Ordinal);
        using var collector = new Listener(request =>
        {
            lock (batches)
                batches[request.Batch] = request.Lines[1..];
            return Listener.Accept(request);
        });
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        var wasKilled = await Run(
            home, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls,
            "-e", "inject=" + calls + ":signal=KILL:when=" + call.ToString(CultureInfo.InvariantCulture),
            Sample, "telemetry", "upload") != 0;
        Assert.Equal(0, await Run(home, Sample, "telemetry", "upload"));
        Assert.Equal(lines, batches.Values.SelectMany(batch => batch).Order(StringComparer.Ordinal));
        Assert.Equal(lines, Home.LinesIn(home.State.Sent).Order(StringComparer.Ordinal));
        Assert.Equal(
            frozen ? 0 : 1,
            Directory.GetFileSystemEntries(home.Path, "*", SearchOption.AllDirectories).Count(IsDamage));
        foreach (var folder in (string[])["spool", "building", "batches", "splitting", "rejected"])
            Assert.Empty(Home.LinesIn(home.State.In(folder)));
        return wasKilled;
    }

    static void Fill(Home home, bool frozen)
    {
        if (frozen)
        {
            home.RecordMany(5);
            StateFolder.Make(home.State.Batches);
            Directory.Move(home.State.Spool, Path.Combine(home.State.Batches, "0f8fad5b-d9cb-469f-a165-70867728950e"));
            return;
        }

        // A file that is too large and damaged, so that every kind of step occurs.
        File.AppendAllText(Directory.GetFiles(home.RecordMany(510).State.Spool).Single(), "damage\n");
        home.RecordMany(5);
    }

    static bool IsDamage(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == "damaged";

    static async Task<int> Run(Home home, string program, params string[] args) =>
        (await Processes.RunOther(home, program, args)).ExitCode;
}
