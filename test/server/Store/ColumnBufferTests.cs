// SPDX-License-Identifier: MIT
// Rows can be taken back whatever was half appended, and what is kept is what was given.

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
    public void A_row_taken_back_in_the_middle_of_a_set_leaves_no_trace()
    {
        var rows = new EventRows(Install);
        AddSet(rows, 7, "a", "b");
        rows.Keep();
        rows[7].AddText("half"u8);
        rows[7].AddText("of a set"u8);
        rows[6].Append("somebody"u8);
        rows.TakeBack();
        AddSet(rows, 7);
        rows.Keep();
        AddSet(rows, 7, "c");
        rows.Keep();

        Assert.Equal(3, rows.Count);
        Assert.Equal(["a b", "", "c"], Enumerable.Range(0, 3).Select(row => Set(rows[7], row)), StringComparer.Ordinal);
        Assert.Equal([false, false, false], rows[6].Valid.ToArray());
        Assert.Equal(3, rows[7].TextCount);
    }

    [Fact]
    public void A_row_taken_back_after_its_set_ended_leaves_no_trace()
    {
        var rows = new EventRows(Install);
        AddSet(rows, 7, "a");
        rows.TakeBack();
        AddSet(rows, 7, "b", "c");
        rows.Keep();

        Assert.Equal("b c", Set(rows[7], 0));
        Assert.Equal((1, 2), (rows.Count, rows[7].TextCount));
    }

    [Fact]
    public void Columns_without_a_value_become_null_when_the_row_is_kept()
    {
        var rows = new EventRows(Install);
        rows[0].Append(1);
        rows.Keep();
        rows[10].Append(1);
        rows.Keep();

        Assert.All(rows.Columns, column => Assert.Equal(2, column.Count));
        Assert.Equal([true, false], rows[0].Valid.ToArray());
        Assert.Equal([false, true], rows[10].Valid.ToArray());
        Assert.Equal(Guid.Empty, rows[9].Uuids[1]);
        Assert.Equal(0..0, rows[7].Run(1));
        Assert.True(rows[8].Text(1).IsEmpty);
    }

    [Fact]
    public void Kept_rows_are_the_given_ones_whatever_was_taken_back_between()
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
                    rows[7].AddText(Encoding.ASCII.GetBytes(value));
                if (one.Set is not null && one.Ended)
                    rows[7].EndSet();
                if (one.Port is not null)
                    rows[8].Append(Encoding.ASCII.GetBytes(one.Port));
                if (one.Keep)
                    rows.Keep();
                else
                    rows.TakeBack();
            }

            var kept = given.Where(one => one.Keep).ToArray();
            Assert.Equal(kept.Length, rows.Count);
            for (var i = 0; i < kept.Length; i++)
            {
                Assert.Equal(kept[i].Set is not null, rows[7].Valid[i]);
                Assert.Equal(string.Join(' ', kept[i].Set ?? []), Set(rows[7], i));
                Assert.Equal(kept[i].Port is not null, rows[8].Valid[i]);
                Assert.Equal(kept[i].Port ?? "", Encoding.ASCII.GetString(rows[8].Text(i)));
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
