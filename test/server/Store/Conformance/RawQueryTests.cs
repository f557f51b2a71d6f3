// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Store.Tests;

/// <summary>The role <see cref="IRawQuery"/>.</summary>
public abstract class RawQueryTests<TEngine> : ConformanceTests<TEngine> where TEngine : StoreEngine, new()
{
    static readonly string First = new('1', 64), Second = new('2', 64);

    readonly Table _install = Some.TableOf("install", Some.Field("port", FieldType.Enum));

    [Fact]
    public async Task A_select_returns_the_committed_rows_in_either_format()
    {
        using var store = Prepared();
        store.Commit(Some.Tool, [Some.Batch(Rows((First, "a\tb"), (Second, null)))]);

        var tsv = await Ask(store, "select port from install order by installation");
        var json = await Ask(store, "select port from install order by installation", RawAnswerFormat.Json);

        Assert.Equal((RawQueryStatus.Answered, 2, false), (tsv.Status, tsv.Rows, tsv.IsTruncated));
        Assert.Equal("port\na\\tb\n\\N\n", Encoding.UTF8.GetString(tsv.Text));
        Assert.Equal(
            """{"columns":["port"],"rows":[["a\tb"],[null]],"truncated":false}""" + "\n",
            Encoding.UTF8.GetString(json.Text));
    }

    [Fact]
    public async Task No_answer_tells_the_network_of_an_installation()
    {
        using var store = Prepared();
        var rows = Rows((First, "a"));
        rows[Envelope.Network].Set(0, 5);
        store.Commit(Some.Tool, [Some.Batch(rows)]);

        var all = await Ask(store, "select * from install");

        Assert.Equal(
            _install.Columns.Select(column => column.Name).Where(name => name != "network").Order(StringComparer.Ordinal),
            Encoding.UTF8.GetString(all.Text).Split('\n')[0].Split('\t').Order(StringComparer.Ordinal));
        Assert.Equal(
            RawQueryStatus.Refused, (await Ask(store, "select network from install")).Status);
    }

    [Fact]
    public async Task An_answer_is_truncated_at_the_limit_of_rows_and_refused_over_the_limit_of_bytes()
    {
        using var store = Prepared();
        store.Commit(Some.Tool, [Some.Batch(Rows((First, "a"), (Second, "b")))]);

        var one = await Ask(store, "select port from install order by port", maxRows: 1);
        var large = await Ask(store, "select repeat('x', 5000) as x from install", maxBytes: 1000);

        Assert.Equal((1, true, "port\na\n"), (one.Rows, one.IsTruncated, Encoding.UTF8.GetString(one.Text)));
        Assert.Equal((RawQueryStatus.Refused, 0), (large.Status, large.Text.Length));
        Assert.NotNull(large.Error);
    }

    [Theory]
    [InlineData("delete from install")]
    [InlineData("select 1; select 2")]
    [InlineData("select nonsense from install")]
    [InlineData("nonsense")]
    public async Task A_statement_that_changes_something_or_is_wrong_is_refused_with_a_reason(string sql)
    {
        using var store = Prepared();
        store.Commit(Some.Tool, [Some.Batch(Rows((First, "a")))]);

        var answer = await Ask(store, sql);

        Assert.Equal((RawQueryStatus.Refused, 0), (answer.Status, answer.Text.Length));
        Assert.False(string.IsNullOrEmpty(answer.Error));
        Assert.Equal(1, store.CountEvents(Some.Tool)["install"]);
    }

    [Fact]
    public async Task Rows_of_deleted_installations_are_never_in_an_answer()
    {
        using var store = Prepared();
        store.Commit(Some.Tool, [Some.Batch(Rows((First, "a"), (Second, "b")))]);
        store.Delete(Some.Tool, [_install], [First]);

        var answer = await Ask(store, "select port from install");
        if (answer.Status is RawQueryStatus.DeletionsPending)
        {
            store.Maintain(Some.Now);
            answer = await Ask(store, "select port from install");
        }

        Assert.Equal("port\nb\n", Encoding.UTF8.GetString(answer.Text));
    }

    [Fact]
    public async Task A_declared_event_without_rows_is_an_empty_table_with_its_columns_also_if_the_tool_has_no_data()
    {
        using var store = Open();
        Assert.Equal(
            "port\n", Encoding.UTF8.GetString((await Ask(store, "select port from install")).Text));

        store.Prepare(Some.Tool, [_install]);
        store.Commit(Some.Tool, [Some.Batch(Rows((First, "a")))]);
        var wider = Some.TableOf("install", Some.Field("port", FieldType.Enum), Some.Field("size", FieldType.Count));
        Assert.Equal("port\tsize\na\t\\N\n", Encoding.UTF8.GetString(
            (await Ask(store, "select port, size from install", declared: [_install, wider])).Text));
    }

    IEventStore Prepared()
    {
        var store = Open();
        store.Prepare(Some.Tool, [_install]);
        return store;
    }

    EventRows Rows(params (string Id, string? Port)[] rows) =>
        Some.Rows(_install, [.. rows.Select((row, i) => ((long)i, "success", new object?[] { row.Id, row.Port }))]);

    Task<RawAnswer> Ask(
        IEventStore store, string sql, RawAnswerFormat format = RawAnswerFormat.Tsv, int maxRows = 100,
        int maxBytes = 1_000_000, IReadOnlyList<Table>? declared = null) => store.QueryAsync(
            Some.Tool, new RawQuery(
                sql, declared ?? [_install], format, maxRows, maxBytes, 64, TimeSpan.FromSeconds(60)),
            TestContext.Current.CancellationToken);
}
