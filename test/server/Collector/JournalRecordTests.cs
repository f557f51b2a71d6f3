// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Collector.Tests;

/// <summary>
/// The bytes of a batch in the journal are those of spec/journal.md, and are read as they were written.
/// </summary>
public sealed class JournalRecordTests
{
    [Fact]
    public void Any_rows_of_a_batch_are_read_as_they_were_written() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(SomeBatches().ToArbitrary(), batch =>
        {
            var written = Write(batch);
            Assert.Equal(written.Length, JournalRecord.LengthOf(written));
            var read = JournalRecord.Read(written, SampleRows.Find);
            Assert.Equal(SampleRows.Text(batch), SampleRows.Text(read));
            Assert.Equal(batch.Events, read.Events);
            Assert.Equal(written, Write(read));
        }));

    [Theory]
    [InlineData("journal.json", 2)]
    [InlineData("journal-1.json", 1)] // written by the last commit with that version
    public void The_bytes_are_those_of_the_vector(string name, int version)
    {
        using var vector =
            JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", name)));
        var bytes = Convert.FromHexString(
            string.Concat(vector.RootElement.GetProperty("file").EnumerateArray().Select(line => line.GetString())));
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["1"], bytes);

        var file = JournalFile.Read(folder["1"], SampleRows.Find);

        Assert.Equal(0, file.UnreadBytes);
        Assert.Equal(vector.RootElement.GetProperty("batches")
            .EnumerateArray().Select(text => text.GetString()), file.Batches.Select(SampleRows.Text));
        if (version == 2)
            Assert.Equal(bytes, (byte[])[.. JournalRecord.Magic, .. file.Batches.SelectMany(Write)]);
    }

    [Fact]
    public void Only_a_table_with_a_foreign_row_has_the_column_provenance_in_the_journal()
    {
        var own = SampleRows.OfInstallations("a", "b");
        var foreign = RowValues.Rows(SampleRows.Plain, Row(null), Row("otlp"));

        var written = Write(SampleRows.Batch(Guid.NewGuid(), own, foreign));
        var read = JournalRecord.Read(written, SampleRows.Find).Batch.Rows;

        Assert.Equal(SampleRows.Plain.Columns.Count - 1, ColumnsOf(own));
        Assert.Equal(SampleRows.Plain.Columns.Count, ColumnsOf(foreign));
        Assert.Equal([false, false], read[0][Envelope.Provenance].Valid.ToArray());
        Assert.Equal([false, true], read[1][Envelope.Provenance].Valid.ToArray());
        Assert.Equal("otlp", SampleRows.Text(read[1][Envelope.Provenance], 1));
        Assert.Equal($"{2:x64}", SampleRows.Text(read[1][SampleRows.Plain.Installation], 1));

        static IReadOnlyList<object?> Row(string? provenance) =>
        [
            SampleRows.Now, SampleRows.Now, 1L, "success", (IReadOnlyList<string>)[], null, provenance, 5L, $"{2:x64}",
        ];

        static int ColumnsOf(EventRows rows)
        {
            var bytes = new ArrayBufferWriter<byte>();
            rows.Write(bytes);
            return BinaryPrimitives.ReadInt32LittleEndian(bytes.WrittenSpan[sizeof(int)..]);
        }
    }

    [Fact] // the check value of CRC-32C
    public void The_checksum_has_the_check_value_of_the_RFC() => Assert.Equal(0xE3069283, JournalRecord.Checksum("123456789"u8));

    [Fact]
    public void A_record_with_any_flipped_bit_is_not_whole()
    {
        var written = Write(SampleRows.BatchOf("a"));
        for (var bit = 0; bit < 8 * written.Length; bit++)
        {
            written[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(0, JournalRecord.LengthOf(written));
            written[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(written.Length, JournalRecord.LengthOf(written));
    }

    [Fact]
    public void Rows_are_refused_if_their_table_has_other_columns()
    {
        var written = Write(SampleRows.BatchOf("a"));
        Assert.Throws<InvalidDataException>(() => JournalRecord.Read(written, (_, _, _, _) => SampleRows.Every));
        Assert.Contains("events plain of probe, but manifest version 1 is missing", Assert.Throws<InvalidDataException>(
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
        from tables in Gen.SubListOf(SampleRows.Plain, SampleRows.Every, SampleRows.Every.Development!)
        from rows in Gen.CollectToList(tables, GenerateRows)
        select SampleRows.Batch(id, [.. rows.Where(one => one.Count > 0)]);

    static Gen<EventRows> GenerateRows(Table table) =>
        from count in Gen.Choose(0, 40)
        from rows in Gen.CollectToList(
            table.Columns.Select((column, i) => i == Envelope.Manifest
            ? Gen.Constant<object?>(1L) : SomeValue(column.Type)), one => one)
            .Select(IReadOnlyList<object?> (row) => [.. row]).ListOf(count)
        select RowValues.Rows(table, rows);

    static Gen<object?> SomeValue(ColumnType type) => Gen.Frequency((1, Gen.Constant<object?>(null)), (4, type switch
    {
        ColumnType.Boolean => Gen.Elements<object?>(0L, 1L),
        ColumnType.Integer or ColumnType.Time => ArbMap.Default.GeneratorFor<long>().Select(object? (number) => number),
        ColumnType.Uuid => ArbMap.Default.GeneratorFor<Guid>().Select(object? (uuid) => uuid),
        ColumnType.Text => SomeText().Select(object? (text) => text),
        _ => Gen.Choose(0, 5).SelectMany(count => SomeText().ListOf(count))
            .Select(object? (set) => (IReadOnlyList<string>)[.. set]),
    }));

    static Gen<string> SomeText() =>
        Gen.Choose(0, 70).SelectMany(length => Gen.Choose(32, 126).ListOf(length))
        .Select(codes => string.Concat(codes.Select(code => (char)code)));
}
