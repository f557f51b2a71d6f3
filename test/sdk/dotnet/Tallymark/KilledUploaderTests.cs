// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>An uploader that is killed at each of its steps in turn: before every rename and every removal.</summary>
public sealed class KilledUploaderTests
{
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
        Assert.InRange(await Processes.CountKills(call => KillBefore(calls, frozen, call)), least, 60);
    }

    static async Task<bool> KillBefore(string calls, bool frozen, int call)
    {
        using var home = new UserHome().Agreed().WithSettings(TimeProvider.System.GetUtcNow());
        Fill(home, frozen);
        var lines = UserHome.LinesIn(home.State.Path).Where(line => line != "damage").Order(StringComparer.Ordinal)
            .ToList();
        var batches = new Dictionary<string, string[]>(StringComparer.Ordinal);
        using var collector = new Listener(request =>
        {
            lock (batches)
                batches[request.Batch] = request.Lines[1..];
            return Listener.Accept(request);
        });
        home.Collector = collector.Address;
        var wasKilled = await Processes.RunKilledBefore(home, calls, call, "telemetry", "upload");
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "upload")).ExitCode);
        Assert.Equal(lines, batches.Values.SelectMany(batch => batch).Order(StringComparer.Ordinal));
        Assert.Equal(lines, UserHome.LinesIn(home.State.Sent).Order(StringComparer.Ordinal));
        Assert.Equal(
            frozen ? 0 : 1,
            Directory.GetFileSystemEntries(home.Path, "*", SearchOption.AllDirectories).Count(IsDamage));
        foreach (var folder in (string[])["spool", "building", "batches", "splitting", "rejected"])
            Assert.Empty(UserHome.LinesIn(home.State.In(folder)));
        return wasKilled;
    }

    static void Fill(UserHome home, bool frozen)
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
}
