// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.Store.Tests;

/// <summary>The role <see cref="IEventWriter"/>.</summary>
public abstract class EventWriterTests<TEngine> : ConformanceTests<TEngine> where TEngine : StoreEngine, new()
{
    // DuckDB stores texts of up to twelve bytes differently from longer ones.
    const string Long = "a-name-of-more-than-twelve-bytes";

    [Fact]
    public void Values_of_every_type_are_stored_exactly()
    {
        var table = Some.TableOf(
            "install", Some.Field("flag", FieldType.Boolean), Some.Field("size", FieldType.Bytes),
            Some.Field("code", FieldType.ExitCode), Some.Field("port", FieldType.Enum),
            Some.Field("packages", FieldType.EnumSet), Some.Field("session", FieldType.Session));
        const string second = "2026-11-20 00:00:00";
        var session = new Guid("f5e27512-43e8-4c7e-87ac-a6ac25d75a0d");
        var low = new Guid("05e27512-43e8-4c7e-87ac-a6ac25d75a0d");
        Write(
            table,
            Some.Rows(
                table,
                (Some.Midnight + 1, "success", ["i1", true, 1L << 62, 255L, "zlib", new[] { "a", Long }, session]),
                (Some.Midnight + 2, "failure", [new string('f', 64), false, 0L, 0L, "", Array.Empty<string>(), low]),
                (Some.Midnight + 3, "unknown", [null, null, null, null, null, null, null])));

        Assert.Equal(
            [
                ["2026-11-20 00:00:00.000000001", second, "1", "success", "[]", null, null, null, "i1", "true",
                    "4611686018427387904", "255", "zlib", $"[a, {Long}]", "f5e27512-43e8-4c7e-87ac-a6ac25d75a0d"],
                ["2026-11-20 00:00:00.000000002", second, "1", "failure", "[]", null, null, null,
                    new string('f', 64), "false", "0", "0", "", "[]", "05e27512-43e8-4c7e-87ac-a6ac25d75a0d"],
                ["2026-11-20 00:00:00.000000003", second, "1", "unknown", "[]", null, null, null, null, null, null,
                    null, null, null, null],
            ],
            Read(Some.Tool, "install", [.. table.Columns.Select(column => column.Name)]));
    }

    [Fact]
    public void A_batch_sent_twice_is_stored_once_in_one_call_in_two_and_after_a_restart()
    {
        var table = Some.TableOf("install");
        var batch = Some.Batch(Some.Rows(table, (1, "success", ["i1"]), (2, "success", ["i2"])));
        var other = Some.Batch(Some.Rows(table, (3, "success", ["i3"])));
        using (var store = Open())
        {
            store.Prepare(Some.Tool, [table]);
            Assert.Equal([true, false], store.Commit(Some.Tool, [batch, batch]));
            Assert.Equal([false], store.Commit(Some.Tool, [batch]));
            Assert.Equal([false, true, false], store.Commit(Some.Tool, [batch, other, other]));
        }

        using (var store = Open())
        {
            Assert.Equal([false, false], store.Commit(Some.Tool, [other, batch]));
            Assert.Equal(3, store.CountEvents(Some.Tool)["install"]);
        }

        Assert.Equal([["i1"], ["i2"], ["i3"]], Read(Some.Tool, "install", "installation"));
    }

    [Fact]
    public void The_id_of_a_batch_without_rows_is_stored_too()
    {
        var batch = Some.Batch();
        using (var store = Open())
        {
            store.Prepare(Some.Tool, [Some.TableOf("install")]);
            Assert.Equal([true], store.Commit(Some.Tool, [batch]));
        }

        using (var store = Open())
            Assert.Equal([false], store.Commit(Some.Tool, [batch]));
    }

    [Fact]
    public void Rows_that_do_not_fit_fail_the_whole_call()
    {
        var table = Some.TableOf("install", Some.Field("port", FieldType.Enum));
        var changed = Some.TableOf("install", Some.Field("port", FieldType.Count));
        var wider = Some.TableOf("install", Some.Field("other_field", FieldType.Enum));
        var good = Some.Batch(Some.Rows(table, (1, "success", ["i1", "zlib"])));
        StoredBatch[] bad =
        [
            Some.Batch(Some.Rows(changed, (1, "success", ["i1", 3L]))),
            Some.Batch(Some.Rows(wider, (1, "success", ["i1", "x"]))),
            Some.Batch(Some.Rows(Some.TableOf("unknown_event"), (1, "success", ["i1"]))),
            Some.Batch(Some.Rows(table, (-1, "success", ["i1", "zlib"]))),
            Some.Batch(Unfinished(table)),
        ];

        using (var store = Open())
        {
            store.Prepare(Some.Tool, [table]);
            foreach (var batch in bad)
                Assert.Throws<StoreException>(() => store.Commit(Some.Tool, [good, batch]));
            Assert.Equal(0, store.CountEvents(Some.Tool)["install"]);
            Assert.Equal([true], store.Commit(Some.Tool, [good]));
        }

        Assert.Equal([["zlib"]], Read(Some.Tool, "install", "port"));
    }

    [Fact]
    public void A_wider_manifest_adds_tables_and_columns_and_older_rows_stay()
    {
        var old = Some.TableOf("install", Some.Field("port", FieldType.Enum));
        var wider = Some.TableOf(
            "install", Some.Field("size", FieldType.Bytes), Some.Field("port", FieldType.Enum),
            Some.Field("tags", FieldType.EnumSet));
        var remove = Some.TableOf("remove");
        Write(old, Some.Rows(old, (1, "success", ["i1", "zlib"])));
        using (var store = Open())
        {
            store.Prepare(Some.Tool, [wider, remove]);
            store.Prepare(Some.Tool, [old]); // an older manifest removes nothing
            Assert.Equal([true, true, true], store.Commit(Some.Tool,
            [
                Some.Batch(Some.Rows(wider, (2, "success", ["i2", 8L, "bzip", new[] { "t" }]))),
                Some.Batch(Some.Rows(old, (3, "success", ["i3", "curl"]))),
                Some.Batch(Some.Rows(remove, (4, "success", ["i4"]))),
            ]));
        }

        Assert.Equal(
            [["zlib", null, null], ["bzip", "8", "[t]"], ["curl", null, null]],
            Read(Some.Tool, "install", "port", "size", "tags"));
        Assert.Equal([["i4"]], Read(Some.Tool, "remove", "installation"));
    }

    [Fact]
    public void A_field_with_another_type_is_refused_by_name_and_nothing_is_prepared()
    {
        using var store = Open();
        store.Prepare(Some.Tool, [Some.TableOf("install", Some.Field("port", FieldType.Enum))]);

        var refused = Assert.Throws<StoreException>(() => store.Prepare(
            Some.Tool, [Some.TableOf("remove"), Some.TableOf("install", Some.Field("port", FieldType.Count))]));

        foreach (var word in new[] { "kmpkg", "install", "port", "VARCHAR", "BIGINT" })
            Assert.Contains(word, refused.Message, StringComparison.Ordinal);
        Assert.Equal("install", Assert.Single(store.CountEvents(Some.Tool)).Key);
    }

    [Fact]
    public void Reserved_words_of_a_query_language_are_valid_names()
    {
        string[] names =
        [
            "batches", "cells", "codes", "duckdb_columns", "events", "group", "list", "main", "order", "rowid",
            "select", "table", "true",
        ];
        var fields = names.Select(name => Some.Field(name, FieldType.Enum)).ToArray();
        var tables = names.Select(name => Some.TableOf(name, fields)).ToArray();
        using (var store = Open())
        {
            store.Prepare(Some.Tool, tables);
            store.Prepare(Some.Tool, tables);
            object?[] values = ["i1", .. fields.Select(field => $"value of {field.Name}")];
            var rows = tables.Select(table => Some.Rows(table, (1, "success", values)));
            store.Commit(Some.Tool, [Some.Batch([.. rows])]);
            var counts = store.CountEvents(Some.Tool);
            Assert.Equal(names, counts.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
            Assert.All(counts.Values, count => Assert.Equal(1, count));
            var columns = fields.Select(field => field.Name).Append("event").ToArray();
            var cells = store.Cells(Some.Tool, Some.Query(names, columns, Some.Epoch, Some.Epoch)).ToArray();
            Assert.Equal(
                names, cells.Select(cell => cell.Values[^1]!).Order(StringComparer.Ordinal), StringComparer.Ordinal);
            Assert.All(cells, cell => Assert.Equal(
                names.Select(name => $"value of {name}"), cell.Values.SkipLast(1), StringComparer.Ordinal));
        }

        Assert.Equal([["value of rowid", "value of select"]], Read(Some.Tool, "select", "rowid", "select"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../elsewhere")]
    [InlineData("Kmpkg")]
    [InlineData("a/b")]
    public void An_invalid_name_of_a_tool_is_refused(string tool)
    {
        using var store = Open();

        Assert.Throws<StoreException>(() => store.Prepare(tool, [Some.TableOf("install")]));
        Assert.Throws<StoreException>(() => store.CountEvents(tool));
    }

    [Fact]
    public void Tools_are_separate()
    {
        var table = Some.TableOf("install");
        var batch = Some.Batch(Some.Rows(table, (1, "success", ["i1"])));
        using var store = Open();
        store.Prepare("kmpkg", [table]);
        store.Prepare("mlnet", [table]);

        Assert.Equal([true], store.Commit("kmpkg", [batch]));
        Assert.Equal([true], store.Commit("mlnet", [batch]));
        Assert.Equal([false], store.Commit("mlnet", [batch]));
        Assert.Equal(1, store.CountEvents("kmpkg")["install"]);
        Assert.Equal(1, store.CountEvents("mlnet")["install"]);
        Assert.Empty(store.CountEvents("unknown"));
    }

    [Fact]
    public void A_hundred_thousand_rows_are_stored_and_read_within_seconds()
    {
        const int batches = 50, rowsEach = 2_000;
        var table = Some.TableOf(
            "install", Some.Field("packages", FieldType.EnumSet), Some.Field("duration", FieldType.Duration),
            Some.Field("port", FieldType.Enum));
        var watch = Stopwatch.StartNew();
        using (var store = Open())
        {
            store.Prepare(Some.Tool, [table]);
            var all = Enumerable.Range(0, batches).Select(b => Some.Batch(Rows(table, b * rowsEach, rowsEach)));
            Assert.All(store.Commit(Some.Tool, [.. all]), Assert.True);
            Assert.Equal(batches * rowsEach, store.CountEvents(Some.Tool)["install"]);
        }

        var read = Read(Some.Tool, "install", "installation", "packages", "duration", "port");
        Assert.Equal(batches * rowsEach, read.Count);
        for (var i = 0; i < read.Count; i++)
        {
            var packages = Packages(i) is { } set ? $"[{string.Join(", ", set)}]" : null;
            string?[] expected = [$"i{i % 977}", packages, $"{i}", Port(i)];
            var same = expected.SequenceEqual(read[i], StringComparer.Ordinal);
            Assert.True(same, $"Row {i} is {string.Join(" | ", read[i])}.");
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");
    }

    static string[]? Packages(int i) =>
        i % 11 == 0 ? null : [.. Enumerable.Range(0, i % 4).Select(p => $"p{i + p}-with-a-long-name")];

    static string? Port(int i) => i % 5 == 0 ? null : $"port-{i}-of-many-in-the-list";

    static EventRows Rows(Table table, int from, int count)
    {
        var rows = Enumerable.Range(from, count)
            .Select(i => ((long)i, "success", new object?[] { $"i{i % 977}", Packages(i), (long)i, Port(i) }));
        return Some.Rows(table, [.. rows]);
    }

    static EventRows Unfinished(Table table)
    {
        var rows = Some.Rows(table, (1, "success", ["i1", "zlib"]));
        rows[0].Append(2);
        return rows;
    }

    void Write(Table table, params EventRows[] rows)
    {
        using var store = Open();
        store.Prepare(Some.Tool, [table]);
        Assert.Equal([true], store.Commit(Some.Tool, [Some.Batch(rows)]));
    }
}
