// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

// Deletion.
public abstract partial class StoreMaintenanceTests<TEngine>
{
    static readonly string Ones = new('1', 64), Twos = new('2', 64), Threes = new('3', 64);

    readonly Table _packages = Some.TableOf(
        "install", Some.Field("flag", FieldType.Boolean), Some.Field("packages", FieldType.EnumSet),
        Some.Field("session", FieldType.Session));

    readonly Table _remove = Some.TableOf("remove");

    [Fact]
    public void The_rows_of_a_deleted_installation_leave_every_table_and_all_others_stay()
    {
        using (var store = PreparedToDelete())
        {
            store.Commit(Some.Tool, [Some.Batch(Install(Ones, Twos, Ones, null), Remove(Twos, Ones))]);
            store.Delete(Some.Tool, [_packages, _remove], [Ones, Threes]);
            Assert.Equal(2, store.CountEvents(Some.Tool)["install"]);
            var query = Some.Query(["remove"], ["status"], Some.Epoch, Some.Epoch);
            var cell = Assert.Single(store.Cells(Some.Tool, query));
            Assert.Equal((1, 1), (cell.Occurrences, cell.Installations.Count));
            Assert.Equal(2, store.PendingDeletions(Some.Tool));
            Assert.Equal(2, store.Maintain(Some.Now).Deleted);
            Assert.Equal(0, store.PendingDeletions(Some.Tool));
            Assert.Equal(2, store.CountEvents(Some.Tool)["install"]);
        }

        Assert.Equal([[Twos], [null]], Read(Some.Tool, "install", "installation"));
        Assert.Equal([[Twos]], Read(Some.Tool, "remove", "installation"));
    }

    [Fact]
    public void Later_rows_of_a_deleted_installation_are_removed_from_their_batch_also_after_a_restart()
    {
        using (var store = PreparedToDelete())
            store.Delete(Some.Tool, [_packages, _remove], [Ones]);

        var mixed = Some.Batch(Install(Ones, Twos, null, Ones), Remove(Ones));
        using (var store = Open())
        {
            Assert.Equal([true], store.Commit(Some.Tool, [mixed]));
            Assert.Equal([2, 0], mixed.Rows.Select(rows => rows.Count));
            Assert.Equal([false], store.Commit(Some.Tool, [mixed]));
        }

        Assert.Equal(
            [
                [Twos, "true", "[a, 1]", "00000000-0000-0000-0000-000000000001"],
                [null, null, null, null],
            ],
            Read(Some.Tool, "install", "installation", "flag", "packages", "session"));
        Assert.Empty(Read(Some.Tool, "remove", "installation"));
    }

    [Fact]
    public void Deleting_again_or_an_unknown_installation_changes_nothing()
    {
        using var store = PreparedToDelete();
        store.Commit(Some.Tool, [Some.Batch(Remove(Ones, Twos))]);
        for (var i = 0; i < 3; i++)
            store.Delete(Some.Tool, [_packages, _remove], [Ones, Threes]);
        Assert.Equal(1, store.CountEvents(Some.Tool)["remove"]);
        var later = Some.Batch(Remove(Threes, Twos, Ones));
        Assert.Equal([true], store.Commit(Some.Tool, [later]));
        Assert.Equal(2, store.CountEvents(Some.Tool)["remove"]);
    }

    [Fact]
    public void An_id_is_found_in_the_column_of_an_older_manifest()
    {
        var old = Some.Tables(("install", [Some.Field("who", FieldType.Installation)]))[0];
        var renamed = Some.TableOf("install", Some.Field("who", FieldType.Digest));
        using var store = Open();
        store.Prepare(Some.Tool, [old]);
        store.Commit(Some.Tool, [Some.Batch(Some.Rows(old, (1, "success", [Ones]), (2, "success", [Twos])))]);
        store.Prepare(Some.Tool, [renamed]);
        var rows = Some.Rows(renamed, (3, "success", [Ones, null]), (4, "success", [Twos, null]));
        store.Commit(Some.Tool, [Some.Batch(rows)]);

        store.Delete(Some.Tool, [old, renamed], [Ones]);

        Assert.Equal(2, store.CountEvents(Some.Tool)["install"]);
    }

    [Fact]
    public void A_failed_deletion_changes_nothing_and_can_be_repeated()
    {
        using var store = PreparedToDelete();
        store.Commit(Some.Tool, [Some.Batch(Remove(Ones))]);

        Assert.Throws<StoreException>(() => store.Delete(Some.Tool, [_remove, Some.TableOf("unknown_event")], [Ones]));

        Assert.Equal(1, store.CountEvents(Some.Tool)["remove"]);
        Assert.Equal([true], store.Commit(Some.Tool, [Some.Batch(Remove(Ones))]));
        Assert.Equal(2, store.CountEvents(Some.Tool)["remove"]);
        store.Delete(Some.Tool, [_remove], [Ones]);
        Assert.Equal(0, store.CountEvents(Some.Tool)["remove"]);
    }

    [Fact]
    public void Deleting_an_installation_of_one_tool_does_not_affect_another_tool()
    {
        using var store = PreparedToDelete();
        store.Prepare("mlnet", [_remove]);
        store.Delete(Some.Tool, [_remove], [Ones]);

        Assert.Equal([true], store.Commit("mlnet", [Some.Batch(Remove(Ones))]));
        Assert.Equal(1, store.CountEvents("mlnet")["remove"]);
    }

    [Fact]
    public void Rows_of_development_builds_are_deleted_too()
    {
        var (mine, other) = (new string('1', 64), new string('2', 64));
        var table = Some.TableOf("install", Some.Field("environment", FieldType.Environment));
        using (var store = Open())
        {
            store.Prepare(Some.Tool, [table]);
            string[] dev = ["dev"];
            var rows = Some.Rows(table.Development!, (1, "success", [mine, dev]), (2, "success", [other, dev]));
            store.Commit(Some.Tool, [Some.Batch(rows)]);
            store.Delete(Some.Tool, [table], [mine]);
            store.Commit(Some.Tool, [Some.Batch(Some.Rows(table.Development!, (3, "success", [mine, dev])))]);
            store.Maintain(Some.Now);
        }

        Assert.Equal([[other]], ReadDevelopment(Some.Tool, "install", "installation"));
    }

    IEventStore PreparedToDelete()
    {
        var store = Open();
        store.Prepare(Some.Tool, [_packages, _remove]);
        return store;
    }

    EventRows Install(params string?[] ids) =>
        Some.Rows(_packages, [.. ids.Select((id, i) => ((long)i, "success", Values(id, i)))]);

    EventRows Remove(params string?[] ids) =>
        Some.Rows(_remove, [.. ids.Select((id, i) => ((long)i, "failure", new object?[] { id }))]);

    static object?[] Values(string? id, int i) => id is null
        ? [null, null, null, null]
        : [id, i % 2 == 1, new[] { "a", $"{i}" }, new Guid($"00000000-0000-0000-0000-{i:d12}")];
}
