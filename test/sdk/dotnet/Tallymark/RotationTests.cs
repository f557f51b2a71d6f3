// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>
/// <c>identity: rotate</c>: a new installation id per calendar period. Nothing that leaves the machine links two of
/// them, and a deletion reaches all of them (spec/spool.md, "Rotation").
/// </summary>
public sealed class RotationTests
{
    [Fact]
    public void Each_period_has_its_own_id_digests_and_session_and_within_it_they_stay()
    {
        using var home = Home(IdentityRotation.Month).Record(Fill);
        home.Record(Fill);
        var november = home.Lines();
        To(home, 2026, 12);
        home.Record(Fill);
        var december = home.Lines().Except(november).ToList();
        foreach (var field in (string[])["installation", "file"])
        {
            Assert.Single(november.Select(line => Field(line, field)).Distinct(StringComparer.Ordinal));
            Assert.NotEqual(Field(november[0], field), Field(Assert.Single(december), field));
        }

        Assert.Equal(Field(november[0], "word"), Field(december[0], "word")); // under the tool's salt: warned about
    }

    [Theory]
    [InlineData(IdentityRotation.Month, "2026-11", "2026-12")]
    [InlineData(IdentityRotation.Quarter, "2026-q4", "2027-q1")]
    [InlineData(IdentityRotation.Year, "2026", "2027")]
    public void An_id_lasts_until_the_end_of_its_period(IdentityRotation rotation, string period, string next)
    {
        using var home = Home(rotation).Record(_ => { });
        Assert.EndsWith("\n" + period + "\n", File.ReadAllText(home.State.Installation));
        Assert.StartsWith(period + "-", Path.GetFileName(Assert.Single(Directory.GetFiles(home.State.Spool))));
        var id = Field(home.Lines()[0], "installation");
        var month = rotation == IdentityRotation.Month ? 11 : 12;
        var last = new DateTimeOffset(2026, month, month == 11 ? 30 : 31, 23, 59, 59, TimeSpan.Zero);
        home.Clock.SetUtcNow(last);
        home.Record(_ => { });
        Assert.All(home.Lines(), line => Assert.Equal(id, Field(line, "installation")));
        home.Clock.SetUtcNow(last.AddSeconds(1));
        home.Record(_ => { });
        Assert.EndsWith("\n" + next + "\n", File.ReadAllText(home.State.Installation));
        Assert.Equal(2, Ids(home.Lines()).Count);
    }

    [Fact]
    public void Without_rotation_the_id_never_changes_and_the_file_has_one_line()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Clock.SetUtcNow(UserHome.StartTime.AddYears(3));
        home.Record(_ => { });
        Assert.Matches("^[0-9a-f]{64}\n$", File.ReadAllText(home.State.Installation));
        Assert.Single(home.Lines().Select(line => Field(line, "installation")).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void A_running_process_changes_its_id_and_session_and_leaves_out_the_event_that_spans_the_change()
    {
        using var home = Home(IdentityRotation.Month);
        using (var client = home.Start())
        {
            Work(client, 1);
            using (var open = new WorkEvent(client))
            {
                open.Items = 2;
                open.File = "under the old secret";
                To(home, 2026, 12);
            }

            Work(client, 3);
        }

        var lines = home.Lines().ToDictionary(line => Field(line, "items"), StringComparer.Ordinal);
        Assert.Equal(["1", "3"], lines.Keys.Order(StringComparer.Ordinal));
        foreach (var field in (string[])["installation", "session"])
            Assert.NotEqual(Field(lines["1"], field), Field(lines["3"], field));
        Assert.Equal(2, Directory.GetFiles(home.State.Spool).Length);
    }

    [Fact]
    public async Task No_batch_and_no_occasion_has_events_of_two_ids()
    {
        using var home = Home(IdentityRotation.Month).Record(_ => { }, _ => { });
        home.Record(_ => { });
        To(home, 2026, 12);
        home.Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        var first = await home.Upload(collector);
        Assert.Equal((3, "events with another id are sent with the next upload, so that nothing links the two ids"),
            (first.Accepted, first.Problem));
        var before = collector.Requests.Count;
        Assert.Equal(1, (await home.Upload(collector)).Accepted);
        var batches = collector.Requests.Select(request => request.Lines[1..]
            .Select(line => Field(line, "installation")).Distinct(StringComparer.Ordinal).ToList()).ToList();
        Assert.All(batches, ids => Assert.Single(ids));
        Assert.Equal(2, batches.Select(ids => ids[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Single(batches[..before].Select(ids => ids[0]).Distinct(StringComparer.Ordinal));
        Assert.Empty(home.Lines());
    }

    [Fact]
    public async Task A_deletion_reaches_the_ids_of_all_periods()
    {
        using var home = Home(IdentityRotation.Month);
        using var collector = new Listener(Listener.Accept);
        foreach (var (year, month) in ((int, int)[])[(2026, 11), (2026, 12), (2027, 1)])
        {
            To(home, year, month);
            home.Record(_ => { });
            await home.Upload(collector);
        }

        var ids = collector.Requests.SelectMany(request => request.Lines[1..])
            .Select(line => Field(line, "installation")).ToList();
        Assert.Equal(3, ids.Count);
        using var deleting = new Listener(request => Listener.Answer(
            200, $"{{\"tool\":\"sample-tool\",\"received\":{Proofs(request).Length}}}"));
        home.Collector = deleting.Address;
        Assert.Equal(0, home.Command("delete"));
        var proofs = deleting.Requests.SelectMany(Proofs).ToArray();
        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            proofs.Select(proof => Convert.ToHexStringLower(new ManagedSha256().Add("installation"u8)
                .Add(Convert.FromHexString(proof)).Finish())).Order(StringComparer.Ordinal));
        Assert.False(File.Exists(home.State.Proofs));
    }

    [Fact]
    public async Task Processes_that_change_the_id_at_the_same_time_agree_and_keep_the_proof_of_the_old_one()
    {
        using var home = Home(IdentityRotation.Month).Record(_ => { });
        var old = Convert.ToHexStringLower(Installation.Find(home.State, "sample-tool")!.Proof);
        To(home, 2026, 12);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => home.Record(work => work.Items = 12), TestContext.Current.CancellationToken)));
        var ids = home.Lines().Where(line => line.Contains("\"items\":12", StringComparison.Ordinal))
            .Select(line => Field(line, "installation")).ToList();
        Assert.Equal(8, ids.Count);
        Assert.Single(ids.Distinct(StringComparer.Ordinal));
        Assert.StartsWith(old, Assert.Single(File.ReadAllLines(home.State.Proofs)));
    }

    [Fact]
    public void An_id_that_lasts_longer_than_the_user_agreed_to_needs_a_new_notice()
    {
        using var home = Home(IdentityRotation.Month).Record(_ => { });
        Assert.Single(home.Lines());
        home.Tool = Tool(IdentityRotation.Year);
        home.Record(_ => { });
        Assert.Single(home.Lines());
        home.Tool = SampleTelemetry.Tool;
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public void An_id_that_lasts_shorter_needs_none()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Tool = Tool(IdentityRotation.Month);
        home.Record(_ => { });
        Assert.Equal(2, Ids(home.Lines()).Count);
    }

    static UserHome Home(IdentityRotation rotation) => new UserHome { Tool = Tool(rotation) }.Agreed();

    static ToolDefinition Tool(IdentityRotation rotation)
    {
        var sample = SampleTelemetry.Tool;
        var scope = sample.Scope.Replace(
            "\ntime second\n", $"\ntime second\nrotate {rotation.ToString().ToLowerInvariant()}\n",
            StringComparison.Ordinal);
        return new ToolDefinition
        {
            Tool = sample.Tool,
            Title = sample.Title,
            Version = sample.Version,
            Endpoint = sample.Endpoint,
            Recipient = sample.Recipient,
            Notice = sample.Notice,
            Scope = scope,
            ScopeId = Convert.ToHexStringLower(new ManagedSha256().Add(scope).Finish()),
            Manifest = sample.Manifest,
            Channels = sample.Channels,
            DefaultOn = sample.DefaultOn,
            Variables = sample.Variables,
            Time = sample.Time,
            Rotation = rotation,
            Executable = sample.Executable,
            Development = sample.Development,
        };
    }

    static void Fill(WorkEvent work) => (work.File, work.Word) = ("zlib", "zlib");

    static void Work(TelemetryClient client, int items)
    {
        using var work = new WorkEvent(client);
        work.Items = items;
    }

    static void To(UserHome home, int year, int month)
    {
        var time = new DateTimeOffset(year, month, 2, 3, 4, 5, TimeSpan.Zero);
        if (time > home.Clock.GetUtcNow()) // the clock starts in November
            home.Clock.SetUtcNow(time);
    }

    static List<string> Ids(IEnumerable<string> lines) =>
        [.. lines.Select(line => Field(line, "installation")).Distinct(StringComparer.Ordinal)];

    static string[] Proofs(Request request) => [.. JsonDocument.Parse(request.Raw).RootElement.GetProperty("proofs")
        .EnumerateArray().Select(proof => proof.GetString()!)];

    static string Field(string line, string name) =>
        JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty(name).ToString();
}
