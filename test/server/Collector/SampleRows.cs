// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>Rows and batches as the decoder makes them, and as text.</summary>
static class SampleRows
{
    /// <summary>The tables of the vectors' manifest.</summary>
    public static IReadOnlyList<Table> Tables { get; } = Table.Of(ManifestReader.Read(Some.Manifest).Manifest!);

    public static Table Plain => Tables.Single(table => table.Name == "plain");

    /// <summary>A table with columns of every type.</summary>
    public static Table Every => Tables.Single(table => table.Name == "every");

    public static Table? Find(string tool, long manifest, string name, bool isDevelopment)
    {
        var table = tool == Some.Tool && manifest == 1 ? Tables.FirstOrDefault(one => one.Name == name) : null;
        return isDevelopment ? table?.Development : table;
    }

    /// <summary>Rows of one installation each.</summary>
    public static EventRows OfInstallations(params IEnumerable<string> installations) => RowValues.Rows(
        Plain,
        installations.Select(IReadOnlyList<object?> (id) =>
        [
            .. Enumerable.Range(0, Plain.Columns.Count).Select(object? (i) => i switch
            {
                0 or 1 => Now,
                Envelope.Manifest => 1L,
                Envelope.Status => "success",
                _ => i == Plain.Installation ? id : null,
            }),
        ]));

    public static long Now { get; } =
        UnixTime.Nanoseconds(TimeProvider.System.GetUtcNow()) / 1_000_000_000 * 1_000_000_000;

    public static JournaledBatch Batch(Guid id, params EventRows[] rows) => Batch(Some.Tool, id, rows);

    public static JournaledBatch Batch(string tool, Guid id, params EventRows[] rows) =>
        new(tool, new StoredBatch(id, Now, rows));

    /// <summary>A batch of one event of an installation.</summary>
    public static JournaledBatch BatchOf(string installation, Guid? id = null) =>
        Batch(id ?? Guid.NewGuid(), OfInstallations(installation));

    /// <summary>The whole content of a batch as text.</summary>
    public static string Text(JournaledBatch batch) => string.Join('\n', [
        $"{batch.Tool} {batch.Batch.Id} {batch.Batch.Received.ToString(CultureInfo.InvariantCulture)}",
        .. batch.Batch.Rows.SelectMany(rows => Enumerable.Range(0, rows.Count)
            .Select(row => $"{rows.Table.Name}{(rows.Table.IsDevelopment ? " dev" : "")}: {Text(rows, row)}")),
    ]);

    static string Text(EventRows rows, int row) =>
        string.Join(" | ", Columns(rows).Select(column => Text(column, row)));

    // As in a journal: without the provenance if no row is foreign.
    static IEnumerable<ColumnBuffer> Columns(EventRows rows) =>
        rows.Columns.Where((column, i) => i != Envelope.Provenance || column.Valid.Contains(true));

    public static string Text(ColumnBuffer column, int row) => !column.Valid[row] ? "-" : column.Type switch
    {
        ColumnType.Text => Encoding.ASCII.GetString(column.Text(row)),
        ColumnType.TextSet => $"[{string.Join(' ', Set(column, row))}]",
        ColumnType.Uuid => column.Uuids[row].ToString(),
        _ => column.Numbers[row].ToString(CultureInfo.InvariantCulture),
    };

    static List<string> Set(ColumnBuffer column, int row)
    {
        var texts = new List<string>();
        for (var i = column.Run(row).Start.Value; i < column.Run(row).End.Value; i++)
            texts.Add(Encoding.ASCII.GetString(column.Text(i)));
        return texts;
    }
}
