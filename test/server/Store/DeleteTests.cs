// SPDX-License-Identifier: MIT
// What every store must do when a user asks for deletion: the rows are gone, and none of that user's come back.

namespace Tallymark.Store.Tests;

public abstract class DeleteTests : IDisposable
{
    static readonly string First = new('1', 64), Second = new('2', 64), Third = new('3', 64);

    readonly Table _install = Some.TableOf(
        "install", Some.Field("flag", FieldType.Boolean), Some.Field("packages", FieldType.EnumSet), Some.Field("session", FieldType.Session));

    readonly Table _remove = Some.TableOf("remove");

    protected string Folder { get; } = Some.Folder();

    protected abstract IEventStore Open();

    /// <summary>The texts of the columns of each row, in the order of time, while no store is open.</summary>
    protected abstract IReadOnlyList<string?[]> Read(string tool, string table, params string[] columns);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void The_rows_of_a_deleted_installation_are_gone_from_every_table_and_all_others_stay()
    {
        using (var store = Prepared())
        {
            store.Commit(Some.Tool, [Some.Batch(Install(First, Second, First, null), Remove(Second, First))]);
            store.Delete(Some.Tool, [_install, _remove], [First, Third]);
            Assert.Equal(2, store.Count(Some.Tool)["install"]);
            var cell = Assert.Single(store.Cells(Some.Tool, Some.Query(["remove"], ["status"], Some.Epoch, Some.Epoch)));
            Assert.Equal((1, 1), (cell.Occurrences, cell.Installations.Count));
            Assert.Equal(2, store.Deleting(Some.Tool));
            Assert.Equal(2, store.Tend(Some.Now).Deleted);
            Assert.Equal(0, store.Deleting(Some.Tool));
            Assert.Equal(2, store.Count(Some.Tool)["install"]);
        }

        Assert.Equal([[Second], [null]], Read(Some.Tool, "install", "installation"));
        Assert.Equal([[Second]], Read(Some.Tool, "remove", "installation"));
    }

    [Fact]
    public void What_comes_later_of_a_deleted_installation_is_taken_out_of_its_batch_also_after_a_restart()
    {
        using (var store = Prepared())
            store.Delete(Some.Tool, [_install, _remove], [First]);

        var mixed = Some.Batch(Install(First, Second, null, First), Remove(First));
        using (var store = Open())
        {
            Assert.Equal([true], store.Commit(Some.Tool, [mixed]));
            Assert.Equal([2, 0], mixed.Rows.Select(rows => rows.Count));
            Assert.Equal([false], store.Commit(Some.Tool, [mixed]));
        }

        Assert.Equal(
            [
                [Second, "true", "[a, 1]", "00000000-0000-0000-0000-000000000001"],
                [null, null, null, null],
            ],
            Read(Some.Tool, "install", "installation", "flag", "packages", "session"));
        Assert.Empty(Read(Some.Tool, "remove", "installation"));
    }

    [Fact]
    public void Deleting_again_or_what_never_was_changes_nothing()
    {
        using var store = Prepared();
        store.Commit(Some.Tool, [Some.Batch(Remove(First, Second))]);
        for (var i = 0; i < 3; i++)
            store.Delete(Some.Tool, [_install, _remove], [First, Third]);
        Assert.Equal(1, store.Count(Some.Tool)["remove"]);
        var later = Some.Batch(Remove(Third, Second, First));
        Assert.Equal([true], store.Commit(Some.Tool, [later]));
        Assert.Equal(2, store.Count(Some.Tool)["remove"]);
    }

    [Fact]
    public void An_id_is_found_under_the_name_that_its_field_had_in_an_older_manifest()
    {
        var old = Some.Tables(("install", [Some.Field("who", FieldType.Installation)]))[0];
        var renamed = Some.Tables(("install", [Some.Field("installation", FieldType.Installation), Some.Field("who", FieldType.Digest)]))[0];
        using var store = Open();
        store.Prepare(Some.Tool, [old]);
        store.Commit(Some.Tool, [Some.Batch(Some.Rows(old, (1, "success", [First]), (2, "success", [Second])))]);
        store.Prepare(Some.Tool, [renamed]);
        store.Commit(Some.Tool, [Some.Batch(Some.Rows(renamed, (3, "success", [First, null]), (4, "success", [Second, null])))]);

        store.Delete(Some.Tool, [old, renamed], [First]);

        Assert.Equal(2, store.Count(Some.Tool)["install"]);
    }

    [Fact]
    public void A_deletion_that_fails_has_done_nothing_and_works_the_next_time()
    {
        using var store = Prepared();
        store.Commit(Some.Tool, [Some.Batch(Remove(First))]);

        Assert.Throws<StoreException>(() => store.Delete(Some.Tool, [_remove, Some.TableOf("unheard_of")], [First]));

        Assert.Equal(1, store.Count(Some.Tool)["remove"]);
        Assert.Equal([true], store.Commit(Some.Tool, [Some.Batch(Remove(First))]));
        Assert.Equal(2, store.Count(Some.Tool)["remove"]);
        store.Delete(Some.Tool, [_remove], [First]);
        Assert.Equal(0, store.Count(Some.Tool)["remove"]);
    }

    [Fact]
    public void An_installation_of_one_tool_says_nothing_of_another_tool()
    {
        using var store = Prepared();
        store.Prepare("mlnet", [_remove]);
        store.Delete(Some.Tool, [_remove], [First]);

        Assert.Equal([true], store.Commit("mlnet", [Some.Batch(Remove(First))]));
        Assert.Equal(1, store.Count("mlnet")["remove"]);
    }

    IEventStore Prepared()
    {
        var store = Open();
        store.Prepare(Some.Tool, [_install, _remove]);
        return store;
    }

    EventRows Install(params string?[] ids) => Some.Rows(_install, [.. ids.Select((id, i) => ((long)i, "success", Values(id, i)))]);

    EventRows Remove(params string?[] ids) => Some.Rows(_remove, [.. ids.Select((id, i) => ((long)i, "failure", new object?[] { id }))]);

    static object?[] Values(string? id, int i) => id is null
        ? [null, null, null, null]
        : [id, i % 2 == 1, new[] { "a", $"{i}" }, new Guid($"00000000-0000-0000-0000-{i:d12}")];
}

public sealed class DuckDbDeleteTests : DeleteTests
{
    protected override IEventStore Open() => new DuckDbEventStore(Folder, new DuckDbOptions { Time = new SetClock(Some.Now) });

    [Fact]
    public void What_the_makers_own_builds_sent_lies_apart_and_is_deleted_too()
    {
        var (mine, other) = (new string('1', 64), new string('2', 64));
        var table = Some.TableOf("install", Some.Field("environment", FieldType.Environment));
        using (var store = Open())
        {
            store.Prepare(Some.Tool, [table]);
            store.Commit(Some.Tool, [Some.Batch(Some.Rows(
                table.Development!, (1, "success", [mine, new[] { "dev" }]), (2, "success", [other, new[] { "dev" }])))]);
            store.Delete(Some.Tool, [table], [mine]);
            store.Commit(Some.Tool, [Some.Batch(Some.Rows(table.Development!, (3, "success", [mine, new[] { "dev" }])))]);
            store.Tend(Some.Now);
        }

        Assert.Equal(
            [[other]], RawTool.Query(Folder, Some.Tool, "SELECT installation FROM {dev.install}"));
    }

    protected override IReadOnlyList<string?[]> Read(string tool, string table, params string[] columns)
    {
        var texts = string.Join(", ", columns.Select(column => $"CAST(\"{column}\" AS VARCHAR)"));
        return RawTool.Query(Folder, tool, $"SELECT {texts} FROM {{main.{table}}} ORDER BY \"time\"");
    }
}
