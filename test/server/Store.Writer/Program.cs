// SPDX-License-Identifier: MIT
// Commits batches of ten events for as long as it lives and says on standard output which were acknowledged: `ok ID` or
// `failed MESSAGE`. Arguments: the data folder, how many batches, and `ask` to wait for a line on standard input before
// each; the line `seal` has it seal the part that takes commits instead, answered by `sealed`. With `tend` it deletes the installation of each batch but the last three and does the work in the
// background after every fourth batch.

using System.Globalization;
using System.Text;

var count = int.Parse(args[1], CultureInfo.InvariantCulture);
var asks = args.Contains("ask", StringComparer.Ordinal);
var common = new Field
{
    Name = "installation",
    Type = FieldType.Installation,
    Why = "w",
    Example = "e",
    Published = false,
    Source = FieldSource.Sdk,
    Sensitivity = new Sensitivity(false, true, false),
};
var manifest = new ToolManifest
{
    Tool = "writer",
    Title = "writer",
    Version = 1,
    Purpose = "p",
    Recipient = "r",
    Endpoint = "e",
    Repository = "r",
    Contact = "c",
    Time = TimePrecision.Second,
    RetentionDays = 1,
    License = "l",
    Lists = [],
    Datasets = [],
    Fields = [common],
    Consent = new ConsentRules { DefaultOn = true, Variables = [] },
    Notice = new NoticeRules { Channel = NoticeChannel.Terminal, More = "m" },
    Events = [new Event { Name = "one", Why = "w", Fields = [] }, new Event { Name = "two", Why = "w", Fields = [] }],
};
var tables = Table.Of(manifest);

using var store = new DuckDbEventStore(args[0]);
store.Prepare("writer", tables);
Console.Out.WriteLine("ready");
for (var i = 0; i < count; i++)
{
    var wish = asks ? Console.In.ReadLine() : "";
    if (wish is null)
        return 1;
    var batch = new StoredBatch(Guid.NewGuid(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000, [Rows(tables[0], 3, i), Rows(tables[1], 7, i)]);
    try
    {
        if (wish is "seal")
        {
            store.Snapshot("writer").Dispose();
            Console.Out.WriteLine("sealed");
            continue;
        }

        store.Commit("writer", [batch]);
        Console.Out.WriteLine($"ok {batch.Id}");
        if (args.Contains("tend", StringComparer.Ordinal))
            Tend(i);
    }
    catch (StoreException e)
    {
        Console.Out.WriteLine($"failed {e.Message.ReplaceLineEndings(" ")}");
    }
}

return 0;

void Tend(int batch)
{
    if (batch >= 3)
    {
        store.Delete("writer", tables, [IdOf(batch - 3)]);
        Console.Out.WriteLine($"deleted {batch - 3}");
    }

    if (batch % 4 == 3)
        store.Tend("writer", DateTimeOffset.UtcNow, 100_000);
}

// As long as an id is, and others than those of other runs.
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
        rows[6].Append(Encoding.ASCII.GetBytes(IdOf(batch)));
        rows.Keep();
    }

    return rows;
}
