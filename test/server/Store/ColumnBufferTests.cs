// SPDX-License-Identifier: MIT

using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Store.Tests;

public sealed class ColumnBufferTests
{
    static readonly Table Install = Some.TableOf(
        "install", Some.Field("packages", FieldType.EnumSet), Some.Field("port", FieldType.Enum),
        Some.Field("session", FieldType.Session), Some.Field("flag", FieldType.Boolean));

    [Fact]
    public void A_row_discarded_in_the_middle_of_a_set_leaves_no_trace()
    {
        var rows = new EventRows(Install);
        AddSet(rows, 9, "a", "b");
        rows.Keep();
        rows[9].AddText("half"u8);
        rows[9].AddText("of a set"u8);
        rows[8].Append("someone"u8);
        rows.Discard();
        AddSet(rows, 9);
        rows.Keep();
        AddSet(rows, 9, "c");
        rows.Keep();

        Assert.Equal(3, rows.Count);
        Assert.Equal(["a b", "", "c"], Enumerable.Range(0, 3).Select(row => Set(rows[9], row)), StringComparer.Ordinal);
        Assert.Equal([false, false, false], rows[8].Valid.ToArray());
        Assert.Equal(3, rows[9].TextCount);
    }

    [Fact]
    public void A_row_discarded_after_the_end_of_its_set_leaves_no_trace()
    {
        var rows = new EventRows(Install);
        AddSet(rows, 9, "a");
        rows.Discard();
        AddSet(rows, 9, "b", "c");
        rows.Keep();

        Assert.Equal("b c", Set(rows[9], 0));
        Assert.Equal((1, 2), (rows.Count, rows[9].TextCount));
    }

    [Fact]
    public void Columns_without_a_value_are_null_in_a_kept_row()
    {
        var rows = new EventRows(Install);
        rows[0].Append(1);
        rows.Keep();
        rows[12].Append(1);
        rows.Keep();

        Assert.All(rows.Columns, column => Assert.Equal(2, column.Count));
        Assert.Equal([true, false], rows[0].Valid.ToArray());
        Assert.Equal([false, true], rows[12].Valid.ToArray());
        Assert.Equal(Guid.Empty, rows[11].Uuids[1]);
        Assert.Equal(0..0, rows[9].Run(1));
        Assert.True(rows[10].Text(1).IsEmpty);
    }

    [Fact]
    public void Kept_rows_are_unchanged_by_discarded_rows_between_them()
    {
        var text = Gen.Elements("", "a", "other", new string('x', 300));
        var row =
            from keep in Gen.Elements(true, false)
            from set in text.ListOf(3).OrNull()
            from port in text.OrNull()
            from ended in Gen.Elements(true, false)
            select (Keep: keep, Set: set, Port: port, Ended: ended || keep);

        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(row.ListOf().ToArbitrary(), given =>
        {
            var rows = new EventRows(Install);
            foreach (var one in given)
            {
                foreach (var value in one.Set ?? [])
                    rows[9].AddText(Encoding.ASCII.GetBytes(value));
                if (one.Set is not null && one.Ended)
                    rows[9].EndSet();
                if (one.Port is not null)
                    rows[10].Append(Encoding.ASCII.GetBytes(one.Port));
                if (one.Keep)
                    rows.Keep();
                else
                    rows.Discard();
            }

            var kept = given.Where(one => one.Keep).ToArray();
            Assert.Equal(kept.Length, rows.Count);
            for (var i = 0; i < kept.Length; i++)
            {
                Assert.Equal(kept[i].Set is not null, rows[9].Valid[i]);
                Assert.Equal(string.Join(' ', kept[i].Set ?? []), Set(rows[9], i));
                Assert.Equal(kept[i].Port is not null, rows[10].Valid[i]);
                Assert.Equal(kept[i].Port ?? "", Encoding.ASCII.GetString(rows[10].Text(i)));
            }
        }));
    }

    [Fact]
    public void Every_field_type_has_a_column()
    {
        foreach (var type in Enum.GetValues<FieldType>())
            Assert.Equal("f", Some.TableOf("install", Some.Field("f", type)).Columns[^1].Name);
    }

    static void AddSet(EventRows rows, int column, params string[] values)
    {
        foreach (var value in values)
            rows[column].AddText(Encoding.ASCII.GetBytes(value));
        rows[column].EndSet();
    }

    static string Set(ColumnBuffer column, int row)
    {
        var values = new List<string>();
        var (from, length) = column.Run(row).GetOffsetAndLength(column.TextCount);
        for (var i = from; i < from + length; i++)
            values.Add(Encoding.ASCII.GetString(column.Text(i)));
        return string.Join(' ', values);
    }
}
