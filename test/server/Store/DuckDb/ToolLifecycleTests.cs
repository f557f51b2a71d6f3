// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>
/// A tool's files are open while they are used: opening and closing loses nothing and stores nothing twice.
/// </summary>
public sealed class ToolLifecycleTests : IDisposable
{
    static readonly IReadOnlyList<Table> Install = [Some.TableOf("install")];

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_more_tools_are_open_than_allowed_and_each_batch_is_stored_once()
    {
        string[] tools = ["a", "b", "c", "d", "e"];
        var options = new DuckDbOptions { MaxOpenTools = 2 };
        using (var store = new DuckDbEventStore(_folder.Path, options))
        {
            var first = tools.ToDictionary(tool => tool, _ => Batch(), StringComparer.Ordinal);
            foreach (var tool in tools)
            {
                store.Prepare(tool, Install);
                Assert.Equal([true], store.Commit(tool, [first[tool]]));
                Assert.InRange(store.OpenNow.Count, 1, 2);
            }

            foreach (var tool in tools)
            {
                Assert.False(store.IsNew(tool, first[tool]));
                Assert.Equal([false, true], store.Commit(tool, [first[tool], Batch()]));
                Assert.InRange(store.OpenNow.Count, 1, 2);
            }

            // Closing for another tool does not end a part.
            Assert.All(tools, tool => Assert.Single(store.Files(tool)));
        }

        using var again = new DuckDbEventStore(_folder.Path, options);
        Assert.All(tools, tool => Assert.Equal(2, again.CountEvents(tool)["install"]));
    }

    [Fact]
    public void An_idle_tool_is_closed_without_a_log_and_the_next_call_opens_it_again()
    {
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, Install);
        var batch = Batch();
        store.Commit(Some.Tool, [batch]);
        Assert.Empty(store.CloseIdle(TimeSpan.FromHours(1)));
        Assert.Equal([Some.Tool], store.CloseIdle(TimeSpan.Zero));
        Assert.Empty(store.OpenNow);
        Assert.Empty(Directory.GetFiles(_folder[$"tools/{Some.Tool}/parts"], "*.wal"));

        // These don't need it open.
        Assert.Equal((1, 0), (store.Parts(Some.Tool), store.PendingDeletions(Some.Tool)));
        Assert.Equal(2, store.Size(Some.Tool).Files);
        Assert.Empty(store.OpenNow);

        Assert.Equal([false, true], store.Commit(Some.Tool, [batch, Batch()]));
        Assert.Equal(2, store.CountEvents(Some.Tool)["install"]);
        Assert.Equal([Some.Tool], store.OpenNow);
    }

    [Fact]
    public void A_tool_stays_open_while_its_cells_are_read_and_while_a_snapshot_exists()
    {
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, Install);
        store.Commit(Some.Tool, [Batch()]);
        var day = DateOnly.FromDateTime(DateTimeOffset.UnixEpoch.UtcDateTime);
        using (var cells = store.Cells(
            Some.Tool, Some.Query(["install"], [], day, day.AddYears(100))).GetEnumerator())
        {
            Assert.True(cells.MoveNext());
            Assert.Empty(store.CloseIdle(TimeSpan.Zero));
        }

        using (store.Snapshot(Some.Tool))
            Assert.Empty(store.CloseIdle(TimeSpan.Zero));
        Assert.Equal([Some.Tool], store.CloseIdle(TimeSpan.Zero));
    }

    [Fact]
    public void One_batch_with_every_event_of_a_wide_manifest_is_stored_beside_a_second_tool()
    {
        var fields = Enumerable.Range(0, 59).Select(i => Some.Field($"f{i}", FieldType.Enum)).ToArray();
        List<Table> wide = [.. Enumerable.Range(0, 60).Select(i => Some.TableOf($"event{i}", fields))];
        using (var store = new DuckDbEventStore(_folder.Path))
        {
            store.Prepare("narrow", Install);
            store.Commit("narrow", [Batch()]);
            store.Prepare("wide", wide);
            Assert.Equal([true], store.Commit("wide", [Wide()]));
            Assert.Equal([true], store.Commit("wide", [Wide()]));
            Assert.Equal([true], store.Commit("narrow", [Batch()]));
            store.Maintain(Some.Now, tool: "wide");
            Assert.Contains("127 MiB", store.MemoryNote([.. wide, .. wide]), StringComparison.Ordinal);
            Assert.Contains("can fail", store.MemoryNote([.. wide, .. wide]), StringComparison.Ordinal);
            Assert.Null(store.MemoryNote(Install));
        }

        using var again = new DuckDbEventStore(_folder.Path);
        Assert.Equal((60, 120), (again.CountEvents("wide").Count, again.CountEvents("wide").Values.Sum()));

        StoredBatch Wide() => Some.Batch(
            [.. wide.Select(table => Some.Rows(table, (1, "success", ["i1", .. Enumerable.Repeat("x", 59)])))]);
    }

    // The rows of a part that takes commits stay in memory: the commit that finds no room seals it.
    [Fact]
    public void Commits_that_fill_the_memory_of_a_tool_are_stored_after_a_retry()
    {
        var fields = Enumerable.Range(0, 95).Select(i => Some.Field($"f{i}", FieldType.EnumSet)).ToArray();
        List<Table> wide = [.. Enumerable.Range(0, 26).Select(i => Some.TableOf($"event{i}", fields))];
        var batches = wide.Chunk(2).Select(tables => Some.Batch(
            [.. tables.Select(table => Some.Rows(
                table, (1, "success", ["i1", .. Enumerable.Repeat(new[] { "x", "y" }, 95)])))])).ToList();
        var failures = new List<string>();
        using var store = new DuckDbEventStore(_folder.Path, new DuckDbOptions { MemoryLimitMiB = 24 });
        store.Prepare("wide", wide);
        foreach (var batch in batches)
        {
            while (!TryCommit(batch))
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested(); // it seals in the background
        }

        Assert.NotEmpty(failures);
        Assert.All(failures, one => Assert.Contains("--memory", one, StringComparison.Ordinal));
        Assert.Equal([.. batches.Select(_ => false)], store.Commit("wide", batches));
        Assert.Equal((26, 26), (store.CountEvents("wide").Count, store.CountEvents("wide").Values.Sum()));

        bool TryCommit(StoredBatch batch)
        {
            try
            {
                return store.Commit("wide", [batch])[0];
            }
            catch (StoreException e)
            {
                failures.Add(e.Message);
                return false;
            }
        }
    }

    [Fact]
    public void A_folder_of_an_early_version_is_refused_and_stays_as_it_is()
    {
        _folder.Write($"tools/{Some.Tool}/events.duckdb", "rows");
        var refused = Assert.Throws<StoreException>(() => new DuckDbEventStore(_folder.Path));
        Assert.Contains(_folder[$"tools/{Some.Tool}/events.duckdb"], refused.Message, StringComparison.Ordinal);
        Assert.Equal("rows", File.ReadAllText(_folder[$"tools/{Some.Tool}/events.duckdb"]));
        File.Move(_folder[$"tools/{Some.Tool}/events.duckdb"], _folder["moved.duckdb"]);
        using var store = new DuckDbEventStore(_folder.Path);
        Assert.Empty(store.CountEvents(Some.Tool));
    }

    [Fact]
    public void A_clock_that_is_ahead_does_not_make_the_store_forget_batches()
    {
        var batch = new StoredBatch(Guid.NewGuid(), Some.Midnight, [Some.Rows(Install[0], (1, "success", ["i1"]))]);
        var now = DateTimeOffset.UnixEpoch.AddTicks(Some.Midnight / 100);
        using (var store = new DuckDbEventStore(_folder.Path, new DuckDbOptions { Time = new FakeTimeProvider(now) }))
        {
            store.Prepare(Some.Tool, Install);
            Assert.Equal([true], store.Commit(Some.Tool, [batch]));
        }

        var ahead = new DuckDbOptions { Time = new FakeTimeProvider(now.AddDays(500)) };
        using var again = new DuckDbEventStore(_folder.Path, ahead);
        Assert.False(again.IsNew(Some.Tool, batch));
        again.Maintain(
            Some.Tool, now.AddDays(500), Retention.Unlimited, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([false], again.Commit(Some.Tool, [batch]));
    }

    static StoredBatch Batch() => Some.Batch(Some.Rows(Install[0], (1, "success", ["i1"])));
}
