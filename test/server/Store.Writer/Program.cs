// SPDX-License-Identifier: MIT
// Commits batches of ten events until it ends, and writes to standard output which were acknowledged: `ok ID` or
// `failed MESSAGE`. Arguments: the data folder, the number of batches, and options. With `ask` it reads a line from
// standard input before each batch; the line `seal` seals the part that takes commits instead, answered by `sealed`.
// With `maintain` it deletes the installation of each batch but the last three, and runs maintenance after every fourth
// batch. The only argument `query-child` runs one raw query instead.

using System.Globalization;
using System.Text;
using Tallymark.DuckDb.RawQueries;

if (args is ["query-child"])
    return DuckDbQueryChild.Run();
var count = int.Parse(args[1], CultureInfo.InvariantCulture);
var asks = args.Contains("ask", StringComparer.Ordinal);
var tables = Table.Of(SomeManifest.Of(
    "writer", [SomeManifest.Field("installation", FieldType.Installation)], SomeManifest.Event("one"),
    SomeManifest.Event("two")));

using var store = new DuckDbEventStore(args[0]);
store.Prepare("writer", tables);
Console.Out.WriteLine("ready");
for (var i = 0; i < count; i++)
{
    var request = asks ? Console.In.ReadLine() : "";
    if (request is null)
        return 1;
    var received = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
    var batch = new StoredBatch(Guid.NewGuid(), received, [Rows(tables[0], 3, i), Rows(tables[1], 7, i)]);
    try
    {
        if (request is "seal")
        {
            store.Seal("writer");
            Console.Out.WriteLine("sealed");
            continue;
        }

        store.Commit("writer", [batch]);
        Console.Out.WriteLine($"ok {batch.Id}");
        if (args.Contains("maintain", StringComparer.Ordinal))
            DeleteAndMaintain(i);
    }
    catch (StoreException e)
    {
        Console.Out.WriteLine($"failed {e.Message.ReplaceLineEndings(" ")}");
    }
}

return 0;

void DeleteAndMaintain(int batch)
{
    if (batch >= 3)
    {
        store.Delete("writer", tables, [IdOf(batch - 3)]);
        Console.Out.WriteLine($"deleted {batch - 3}");
    }

    if (batch % 4 == 3)
        store.Maintain("writer", DateTimeOffset.UtcNow, 100_000);
}

// As long as a real id, and different in each run.
string IdOf(int batch) => string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId:x16}{batch:x48}");

EventRows Rows(Table table, int count, int batch)
{
    var rows = new EventRows(table);
    for (var i = 0; i < count; i++)
    {
        rows[0].Append(i);
        rows[1].Append(i);
        rows[2].Append(1);
        rows[3].Append("success"u8);
        rows[4].EndSet();
        rows[8].Append(Encoding.ASCII.GetBytes(IdOf(batch)));
        rows.Keep();
    }

    return rows;
}
