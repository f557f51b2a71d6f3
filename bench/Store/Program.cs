// SPDX-License-Identifier: MIT
// Measures the store: fills it with kmpkg's events, and measures disk, commits, rollups, charts, retention, deletion
// and backup. Progress goes to standard error; the last line of standard output is the summary. Arguments: a folder for
// the data, which is deleted at the end, kmpkg's manifest, and the number of events.

using System.Globalization;

var read = ManifestReader.Read(File.ReadAllText(args[1]));
var events = int.Parse(args[2], CultureInfo.InvariantCulture);
if (read.Manifest is not { } manifest)
    throw new InvalidOperationException($"{args[1]} is refused: {read.Diagnostics[0].Format(args[1])}");
try
{
    using var bench = new StoreBench(args[0], manifest, events);
    bench.Run();
    return 0;
}
catch (Exception e) when (e is StoreException or IOException or BenchException)
{
    Console.Error.WriteLine($"bench store: {e.Message}");
    return 1;
}
finally
{
    if (Directory.Exists(args[0]))
        Directory.Delete(args[0], recursive: true);
}
