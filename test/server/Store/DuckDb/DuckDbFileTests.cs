// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>
/// The promises of DuckDB's store beyond the conformance suite: transactions, files, settings, messages.
/// </summary>
public sealed class DuckDbFileTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Table _install = Some.TableOf("install");
    readonly Table _remove = Some.TableOf("remove");

    string Database => RawTool.Parts(_folder.Path, Some.Tool)[^1];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_failure_in_the_second_table_rolls_back_the_first_one()
    {
        StoredBatch[] batches =
            [Some.Batch(Some.Rows(_install, (1, "success", ["i1"])), Some.Rows(_remove, (1, "success", ["i1"])))];
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, [_install, _remove]);
        using (var use = store.Tools.Existing(Some.Tool))
        using (var behind = use.Database.Engine.Connect())
        {
            behind.Execute($"USE {use.Database.Files.View.Active.Alias}");

            // On another connection, so that the store's own checks can't see it.
            behind.Execute("ALTER TABLE main.remove RENAME TO gone");
            var failed = Assert.Throws<StoreException>(() => store.Commit(Some.Tool, batches));
            Assert.Contains("remove", failed.Message, StringComparison.Ordinal);
            foreach (var table in new[] { "install", "_batches" })
                Assert.Equal([["0"]], RawTool.All(behind, $"SELECT CAST(count(*) AS VARCHAR) FROM main.{table}"));
            behind.Execute("ALTER TABLE main.gone RENAME TO remove");
        }

        Assert.Equal([true], store.Commit(Some.Tool, batches));
        Assert.Equal([1L, 1L], store.CountEvents(Some.Tool).Values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(8192)]
    public void A_kill_while_DuckDB_creates_a_part_loses_nothing(int written)
    {
        using (var store = new DuckDbEventStore(_folder.Path))
        {
            store.Prepare(Some.Tool, [_install]);
            store.Commit(Some.Tool, [Some.Batch(Some.Rows(_install, (1, "success", ["i1"])))]);
            store.Seal(Some.Tool);
        }

        var headers = File.ReadAllBytes(Database)[..written];
        foreach (var log in Directory.GetFiles(Path.GetDirectoryName(Database)!, Path.GetFileName(Database) + ".wal*"))
            File.Delete(log);
        File.WriteAllBytes(Database, headers);

        using var next = new DuckDbEventStore(_folder.Path);
        next.Prepare(Some.Tool, [_install]);
        Assert.Equal([true], next.Commit(Some.Tool, [Some.Batch(Some.Rows(_install, (2, "success", ["i2"])))]));
        Assert.Equal(2L, next.CountEvents(Some.Tool)["install"]);
    }

    [Fact]
    public void A_part_with_a_long_log_is_sealed_and_commits_continue_in_the_next()
    {
        using (var store = new DuckDbEventStore(_folder.Path, new DuckDbOptions { MaxLogMiB = 1 }))
        {
            store.Prepare(Some.Tool, [_install]);
            for (var i = 0; i < 40; i++)
            {
                var rows = Enumerable.Range(0, 500).Select(n => ((long)n, "success", new object?[] { $"{n:x64}" }));
                store.Commit(Some.Tool, [Some.Batch(Some.Rows(_install, [.. rows]))]);
            }

            Assert.Equal(20_000, store.CountEvents(Some.Tool)["install"]);
            var files = store.Files(Some.Tool);
            Assert.True(files.Count > 1, $"{files.Count} file.");
            Assert.All(files.SkipLast(1), file => Assert.True(file.Sealed));
            Assert.True(new FileInfo($"{files[^1].Path}.wal").Length < 2 * 1024 * 1024);
        }

        // After closing, no events are in a log: any DuckDB client can read the files.
        File.Delete($"{RawTool.Parts(_folder.Path, Some.Tool)[^1]}.wal");
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_folder.Path, "*.wal", SearchOption.AllDirectories),
            file => file.Contains("parts", StringComparison.Ordinal));
        using var again = new DuckDbEventStore(_folder.Path);
        Assert.Equal(20_000, again.CountEvents(Some.Tool)["install"]);
    }

    [Fact]
    public void Events_of_development_builds_are_in_the_same_file_and_transaction_in_a_schema_of_their_own()
    {
        var before = Some.TableOf("list", Some.Field("environment", FieldType.Environment));
        var wider = Some.TableOf(
            "list", Some.Field("environment", FieldType.Environment), Some.Field("size", FieldType.Bytes));
        using (var store = new DuckDbEventStore(_folder.Path))
        {
            store.Prepare(Some.Tool, [_install]); // has no field of type environment: no table for development builds
            store.Prepare(Some.Tool, [before]);
        }

        Assert.Empty(RawTool.Query(
            _folder.Path, Some.Tool,
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'dev' AND table_name = 'install'"));
        var batch = Some.Batch(
            Some.Rows(wider, (1, "success", ["i1", new[] { "ci" }, 1L])),
            Some.Rows(wider.Development!, (2, "success", ["i2", new[] { "dev" }, 2L])));
        using (var store = new DuckDbEventStore(_folder.Path))
        {
            store.Prepare(Some.Tool, [before, wider]);
            Assert.Equal([true], store.Commit(Some.Tool, [batch]));
            Assert.Equal([false], store.Commit(Some.Tool, [batch]));
        }

        const string Rows = "SELECT installation, CAST(size AS VARCHAR) FROM";
        Assert.Equal([["i1", "1"]], RawTool.Query(_folder.Path, Some.Tool, $"{Rows} {{main.list}}"));
        Assert.Equal([["i2", "2"]], RawTool.Query(_folder.Path, Some.Tool, $"{Rows} {{dev.list}}"));
        Assert.Equal([["2"]], RawTool.Query(_folder.Path, Some.Tool, "SELECT CAST(events AS VARCHAR) FROM {main._batches}"));
    }

    [Fact]
    public void Only_the_owner_can_access_files_and_folders()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        var data = _folder["new"];
        using var store = new DuckDbEventStore(data);
        store.Prepare(Some.Tool, [_install], [new Rollup(["install"], [], "installation", [[]])]);
        store.Commit(Some.Tool, [Some.Batch(Some.Rows(_install, (1, "success", ["i1"])))]);
        store.Maintain(Some.Now); // writes rollups
        store.Commit(Some.Tool, [Some.Batch()]);

        var entries = Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories).Append(data).ToArray();
        Assert.Contains(entries, entry => entry.EndsWith(".wal", StringComparison.Ordinal)
            && Path.GetFileName(entry).StartsWith("rollups.", StringComparison.Ordinal));
        Assert.Contains(entries, entry => entry.EndsWith(".wal", StringComparison.Ordinal)
            && Path.GetFileName(Path.GetDirectoryName(entry)) == "parts");
        foreach (var entry in entries)
        {
            var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(Directory.Exists(entry) ? mode | UnixFileMode.UserExecute : mode, File.GetUnixFileMode(entry));
        }
    }

    [Theory]
    [InlineData("SELECT * FROM read_text('/etc/hostname')")]
    [InlineData("COPY (SELECT 1) TO '/tmp/tallymark-copy.csv'")]
    [InlineData("ATTACH '/tmp/tallymark-other.duckdb'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("SET enable_external_access = true")]
    public void No_statement_can_access_another_file_or_load_code(string sql)
    {
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, [_install]);
        using var use = store.Tools.Existing(Some.Tool);
        using var connection = use.Database.Engine.Connect();

        Assert.Throws<StoreException>(() => connection.Execute(sql));
    }

    [Fact]
    public void A_second_store_in_the_same_process_is_refused()
    {
        var first = new DuckDbEventStore(_folder.Path);
        Assert.Throws<StoreException>(() => new DuckDbEventStore(_folder.Path));
        first.Dispose();

        new DuckDbEventStore(_folder.Path).Dispose();
    }

    [Fact]
    public void A_file_that_is_not_a_store_is_named_and_set_aside_only_when_the_operator_asks()
    {
        using var store = new DuckDbEventStore(_folder.Path);
        var path = Path.Combine(_folder.Path, "tools", Some.Tool, "parts", "2026-11.1.duckdb");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[20_000]);

        for (var i = 0; i < 2; i++)
        {
            var failed = Assert.Throws<DamagedFileException>(() => store.Prepare(Some.Tool, [_install]));
            Assert.Contains(path, failed.Message, StringComparison.Ordinal);
            Assert.Contains("set it aside", failed.Message, StringComparison.Ordinal);
            Assert.Equal(path, failed.File);
        }

        Assert.Throws<StoreException>(() => new DuckDbRepair(store).SetAside(Some.Tool, "/etc/hostname"));
        var aside = new DuckDbRepair(store).SetAside(Some.Tool, path);
        store.Prepare(Some.Tool, [_install]);
        Assert.Equal(0, store.CountEvents(Some.Tool)["install"]);
        Assert.Equal(20_000, new FileInfo(aside).Length);
        Assert.EndsWith(".2.duckdb", Database, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_thread_counts_and_reads_cells_while_another_commits()
    {
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, [_install]);
        var query = Some.Query(["install"], ["status"], Some.Epoch, Some.Epoch);
        var written = Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
                store.Commit(Some.Tool, [Some.Batch(Some.Rows(_install, (i, "success", [$"i{i}"])))]);
        }, TestContext.Current.CancellationToken);
        var before = 0L;
        do
        {
            var counted = store.CountEvents(Some.Tool)["install"];
            Assert.InRange(counted, before, 200);
            var cell = store.Cells(Some.Tool, query).SingleOrDefault();
            Assert.InRange(cell?.Occurrences ?? 0, counted, 200);
            Assert.Equal(cell?.Occurrences ?? 0, cell?.Installations.Count ?? 0);
            before = counted;
        }
        while (!written.IsCompleted);

        await written;
        Assert.Equal(200, store.CountEvents(Some.Tool)["install"]);
    }

    [Fact]
    public void A_query_over_the_memory_limit_fails_with_advice_and_the_store_continues()
    {
        using var store = new DuckDbEventStore(_folder.Path, new DuckDbOptions { MemoryLimitMiB = 24, Threads = 1 });
        store.Prepare(Some.Tool, [_install]);
        for (var commit = 0; commit < 10; commit++)
        {
            var rows = Enumerable.Range(commit * 10_000, 10_000)
                .Select(i => ((long)i, "success", new object?[] { $"{i:x64}" }));
            store.Commit(Some.Tool, [Some.Batch(Some.Rows(_install, [.. rows]))]);
        }

        var query = Some.Query(["install"], ["installation"], Some.Epoch, Some.Epoch);
        var failed = Assert.ThrowsAny<StoreException>(() => store.Cells(Some.Tool, query).Count());

        Assert.EndsWith(
            "(tallymark serve --memory), declare fewer events and fields, or query fewer days at once.", failed.Message,
            StringComparison.Ordinal);
        Assert.Equal(100_000, store.CountEvents(Some.Tool)["install"]);
        Assert.Equal([true], store.Commit(Some.Tool, [Some.Batch(Some.Rows(_install, (1, "success", ["late"])))]));
    }
}
