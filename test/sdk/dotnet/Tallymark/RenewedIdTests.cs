// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// A collector says that this installation was deleted: a machine with a copy of this home folder has asked for it
/// (spec/spool.md, "A deleted id").
/// </summary>
public sealed class RenewedIdTests
{
    [Fact]
    public async Task A_client_that_is_told_deleted_makes_a_new_secret_and_why_says_so()
    {
        using var home = new UserHome().Agreed().WithSettings().Record(_ => { });
        home.Command("withhold", "items");
        using var running = home.Start();
        new WorkEvent(running).Dispose();
        var before = Id(home);
        using (var collector = new Listener(Deleted))
            Assert.True((await home.Upload(collector)).Accepted > 0);

        Assert.Null(Installation.Find(home.State, "sample-tool"));
        new WorkEvent(running).Dispose();
        Assert.NotEqual(before, Id(home));
        // The event under the earlier id may still be in the file that the process held.
        var line = Assert.Single(home.Lines(), line => line.Contains(Id(home), StringComparison.Ordinal));
        Assert.Contains("\"withheld\":[\"items\"]", line);
        home.Command("why");
        Assert.Contains(
            "New installation id since 2026-11-20T10:51:21Z: the collector had deleted the earlier one",
            home.Answered.ToString());
        Assert.Equal(0, home.Command("off"));
        Assert.False(File.Exists(home.State.In("renewed")));
    }

    [Fact]
    public async Task Events_of_an_earlier_id_change_nothing()
    {
        using var home = new UserHome().Agreed().WithSettings().Record(_ => { });
        File.Delete(home.State.Installation);
        home.Record(_ => { });
        var (old, now) = (home.Lines()[0], home.Lines()[1]);
        if (old.Contains(Id(home), StringComparison.Ordinal))
            (old, now) = (now, old);
        foreach (var file in Directory.GetFiles(home.State.Spool))
        {
            if (File.ReadAllText(file).Contains(Id(home), StringComparison.Ordinal))
                File.Delete(file);
        }

        var before = Id(home);
        using var collector = new Listener(Deleted);
        Assert.Equal(1, (await home.Upload(collector)).Accepted);
        Assert.Equal(before, Id(home));
        Assert.Contains(before, now);
    }

    static string Deleted(Request request) => Listener.Answer(
        200,
        $"{{\"batch\":\"{request.Batch}\",\"received\":{request.Events},\"stored\":0,"
        + $"\"dropped\":{{\"deleted\":{request.Events}}}}}");

    static string Id(UserHome home) => Convert.ToHexStringLower(Installation.Find(home.State, "sample-tool")!.Id);
}
