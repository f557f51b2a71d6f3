// SPDX-License-Identifier: MIT
// The bytes of a batch in the journal: what was written is read, and they are those of spec/journal.md.

using System.Buffers;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Collector.Tests;

public sealed class JournalRecordTests
{
    [Fact]
    public void Whatever_rows_a_batch_has_they_are_read_as_they_were_written() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(SomeBatches().ToArbitrary(), batch =>
        {
            var written = Write(batch);
            Assert.Equal(written.Length, JournalRecord.LengthOf(written));
            var read = JournalRecord.Read(written, SomeRows.Find);
            Assert.Equal(SomeRows.Text(batch), SomeRows.Text(read));
            Assert.Equal(batch.Events, read.Events);
            Assert.Equal(written, Write(read));
        }));

    [Fact]
    public void The_bytes_are_those_of_the_vector()
    {
        using var vector = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "journal.json")));
        var bytes = Convert.FromHexString(string.Concat(vector.RootElement.GetProperty("file").EnumerateArray().Select(line => line.GetString())));
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["1"], bytes);

        var file = JournalFile.Read(folder["1"], SomeRows.Find);

        Assert.Equal(0, file.Unread);
        Assert.Equal(vector.RootElement.GetProperty("batches").EnumerateArray().Select(text => text.GetString()), file.Batches.Select(SomeRows.Text));
        Assert.Equal(bytes, (byte[])[.. JournalRecord.Magic, .. file.Batches.SelectMany(Write)]);
    }

    [Fact]
    public void The_checksum_is_that_of_the_RFC() => Assert.Equal(0xE3069283, JournalRecord.Checksum("123456789"u8)); // the check value of CRC-32C

    [Fact]
    public void A_bit_that_changed_anywhere_makes_it_no_record()
    {
        var written = Write(SomeRows.BatchOf("a"));
        for (var bit = 0; bit < 8 * written.Length; bit++)
        {
            written[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(0, JournalRecord.LengthOf(written));
            written[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(written.Length, JournalRecord.LengthOf(written));
    }

    [Fact]
    public void Rows_of_a_table_that_has_other_columns_now_are_not_read_as_something_else()
    {
        var written = Write(SomeRows.BatchOf("a"));
        Assert.Throws<InvalidDataException>(() => JournalRecord.Read(written, (_, _, _, _) => SomeRows.Every));
        Assert.Contains("events plain of probe under version 1", Assert.Throws<InvalidDataException>(
            () => JournalRecord.Read(written, (_, _, _, _) => null)).Message, StringComparison.Ordinal);
    }

    static byte[] Write(JournaledBatch batch)
    {
        var bytes = new ArrayBufferWriter<byte>();
        JournalRecord.Write(bytes, batch);
        return bytes.WrittenSpan.ToArray();
    }

    static Gen<JournaledBatch> SomeBatches() =>
        from id in ArbMap.Default.GeneratorFor<Guid>()
        from tables in Gen.SubListOf(SomeRows.Plain, SomeRows.Every, SomeRows.Every.Development!)
        from rows in Gen.CollectToList(tables, SomeRowsOf)
        select SomeRows.Batch(id, [.. rows.Where(one => one.Count > 0)]);

    static Gen<EventRows> SomeRowsOf(Table table) =>
        from count in Gen.Choose(0, 40)
        from rows in Gen.CollectToList(table.Columns.Select((column, i) => i == LineDecoder.Manifest ? Gen.Constant<object?>(1L) : SomeValue(column.Type)), one => one)
            .Select(IReadOnlyList<object?> (row) => [.. row]).ListOf(count)
        select SomeRows.Of(table, rows);

    static Gen<object?> SomeValue(ColumnType type) => Gen.Frequency((1, Gen.Constant<object?>(null)), (4, type switch
    {
        ColumnType.Boolean => Gen.Elements<object?>(0L, 1L),
        ColumnType.Integer or ColumnType.Time => ArbMap.Default.GeneratorFor<long>().Select(object? (number) => number),
        ColumnType.Uuid => ArbMap.Default.GeneratorFor<Guid>().Select(object? (uuid) => uuid),
        ColumnType.Text => SomeText().Select(object? (text) => text),
        _ => Gen.Choose(0, 5).SelectMany(count => SomeText().ListOf(count)).Select(object? (set) => (IReadOnlyList<string>)[.. set]),
    }));

    static Gen<string> SomeText() => Gen.Choose(0, 70).SelectMany(length => Gen.Choose(32, 126).ListOf(length)).Select(codes => string.Concat(codes.Select(code => (char)code)));
}
