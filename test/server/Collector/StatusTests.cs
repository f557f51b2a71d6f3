// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>The status names what the operator has to do.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task A_backup_that_was_never_made_is_due_two_days_after_the_folder_got_its_format()
    {
        using var store = new FakeStore();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var collector = await InProcessCollector.StartAsync(null, _ => store, null, clock, store.Journal);
        using var client = ControlClient.TryConnect(collector.Data)!;
        Assert.Empty(client.Status().Due);

        clock.SetUtcNow(clock.GetUtcNow().AddDays(2.1));

        var due = Assert.Single(client.Status().Due);
        Assert.Equal("backup", due.What);
        Assert.Contains("No backup was ever made.", due.Todo, StringComparison.Ordinal);
        Assert.Contains("tallymark backup", due.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_of_the_journal_is_due_until_it_is_deleted_running_or_not()
    {
        using var folder = new TempFolder();
        folder.Write("data/journal/7.journal.damaged", "x");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            using var client = ControlClient.TryConnect(collector.Data)!;
            var due = Assert.Single(client.Status().Due);
            Assert.Equal("journal", due.What);
            Assert.Contains("7.journal.damaged could not be read completely", due.Todo, StringComparison.Ordinal);
            Assert.Contains(
                "\ntallymark_journal_damaged 1\n", (await collector.GetAsync("metrics")).Text,
                StringComparison.Ordinal);
        }

        var data = DataFolder.Open(folder["data"]);
        Assert.Equal(["collector", "journal"], Offline(data, clock).Select(due => due.What));
        File.Delete(folder["data/journal/7.journal.damaged"]);
        Assert.Equal(["collector"], Offline(data, clock).Select(due => due.What));
    }

    [Fact]
    public async Task A_stored_manifest_that_this_version_refuses_is_named_without_a_collector()
    {
        using var folder = new TempFolder();
        await using (await InProcessCollector.StartAsync(folder))
        {
        }

        folder.Write("data/tools/probe/manifests/2.yaml", "nonsense");
        var due = Assert.Single(
            Offline(DataFolder.Open(folder["data"]), TimeProvider.System), due => due.What == "manifest");
        Assert.Contains("2.yaml", due.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_prints_only_what_is_due_one_line_each()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("manifests/broken.yaml", "nonsense: true\ntool: 7\n");
        await using var serve = await CollectorProgram.Serve(folder);

        var due = (await CollectorProgram.Run("status", "--due", "--data", folder["data"])).With(1);
        Assert.All(due.Lines, line => Assert.StartsWith("manifest: ", line, StringComparison.Ordinal));
        Assert.Contains("broken.yaml", Assert.Single(due.Lines), StringComparison.Ordinal);
        Assert.StartsWith("{\"due\":[{\"what\":\"manifest\",", (await CollectorProgram.Run(
            "status", "--due", "--json", "--data", folder["data"])).With(1).Output, StringComparison.Ordinal);

        File.Delete(folder["manifests/broken.yaml"]);
        (await CollectorProgram.Run("reload", "--data", folder["data"])).With(0);
        Assert.Equal("", (await CollectorProgram.Run("status", "--due", "--data", folder["data"])).With(0).Output);
    }

    [Fact]
    public async Task The_text_names_the_addresses_and_what_was_never_done_and_a_collector_that_is_down_is_due()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            var text = (await CollectorProgram.Run("status", "--data", folder["data"])).With(0).Output;
            var operations = serve.Metrics.GetLeftPart(UriPartial.Authority);
            Assert.Contains(
                $"\nlistening on {serve.Address.GetLeftPart(UriPartial.Authority)}, operations on {operations}\n", text,
                StringComparison.Ordinal);
            Assert.Contains("\nlast backup: none\nfiles last read through: not yet\n", text, StringComparison.Ordinal);
            (await serve.Stop()).With(0);
        }

        var due = (await CollectorProgram.Run("status", "--due", "--data", folder["data"])).With(1);
        Assert.Equal(
            $"collector: No collector is running on {folder["data"]}. Start it.", Assert.Single(due.Lines));
    }

    [Fact]
    public async Task Without_a_collector_a_clock_that_can_t_be_right_is_named_too()
    {
        using var folder = new TempFolder();
        await using (await InProcessCollector.StartAsync(folder))
        {
        }

        folder.Write("data/clock.json", """{"tallymark":1,"seen":"2020-01-01T00:00:00Z"}""");
        Assert.Contains(Offline(DataFolder.Open(folder["data"]), TimeProvider.System), due => due.What == "clock");
    }

    static IReadOnlyList<Due> Offline(DataFolder data, TimeProvider time) =>
        OfflineStatus.Read(data, _ => new StoreSize(0, 0), time).Due;
}
