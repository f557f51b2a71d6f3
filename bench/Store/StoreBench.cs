// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Bench.Store;

/// <summary>
/// Fills a store over 90 days, measures it and prints the results. One thread, except for commits during a backup.
/// </summary>
sealed class StoreBench : IDisposable
{
    const int Days = 90;
    const int BatchEvents = 500;
    const int GroupEvents = 20_000;
    const int Rounds = 25;
    const int Retention = 88; // the two oldest days expire

    static readonly DateOnly First = new(2026, 9, 1);

    readonly string _folder;
    readonly ToolManifest _manifest;
    readonly int _count;
    readonly Events _events;
    readonly MovingClock _clock = new(First);
    readonly DuckDbEventStore _store;
    readonly List<(string Name, string Value)> _table = [];
    readonly List<double> _commits = [];

    public StoreBench(string folder, ToolManifest manifest, int count)
    {
        (_folder, _manifest, _count) = (folder, manifest, count);
        _events = new Events(manifest);
        _store = new DuckDbEventStore(Path.Combine(folder, "data"), new DuckDbOptions { Time = _clock });
        _store.Prepare(manifest.Tool, Table.Of(manifest)); // the rollups are added later, to measure them as a whole
    }

    public void Dispose() => _store.Dispose();

    public void Run()
    {
        Fill();
        _store.Seal(_manifest.Tool);
        var bytes = _store.Files(_manifest.Tool).Sum(file => file.Bytes);
        Say("bytes an event", Text((double)bytes / _count));
        Say("parts", Text(_store.Files(_manifest.Tool).Count));

        var whole = Queries().Where(q => q.Query.To != q.Query.From && IsWhole(q.Query)).ToList();
        var scanned = whole.ConvertAll(
            q => (q.Name, Seconds(() => _store.Totals(_manifest.Tool, q.Query), out var answer), answer));
        foreach (var (name, seconds, _) in scanned)
            Say($"scan, {name}, s", Text(seconds));
        _store.Prepare(_manifest.Tool, Table.Of(_manifest), Rollup.Of(_manifest));
        var rollup = Seconds(Maintain, out var report);
        Say("rolled rows (each in each rollup), millions", Text(report.Rolled / 1e6));
        Say("full rollup, s", Text(rollup));
        Say("rollups, MB", Text(RollupBytes() / 1e6));
        foreach (var (query, (_, _, answer)) in whole.Zip(scanned))
            Compare(query.Name, answer, _store.Totals(_manifest.Tool, query.Query));

        var month = Queries().Last().Query;
        Say(
            "cells of a month from its rollup, s",
            Text(Seconds(() => _store.Cells(_manifest.Tool, month).Sum(cell => cell.Occurrences), out _)));
        var chart = Charts("charts");
        Commit(Days - 1, GroupEvents);
        Charts("charts with 20,000 events since");
        Say("rollup of 20,000 events, s", Text(Seconds(Maintain, out _)));
        Deletion();
        Backup();
        Expire();
        Say("largest resident set, MB", Text(PeakMegabytes()));
        Say("commit p50, ms", Text(Percentile(_commits, 0.5)));
        Say("commit p99, ms", Text(Percentile(_commits, 0.99)));
        foreach (var (name, value) in _table)
            Console.Out.WriteLine($"{name,-48} {value,12}");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"store: bytes_per_event={(double)bytes / _count:f1} rollup_s={rollup:f1} chart_p95_ms={chart:f1} " +
            $"scan_s={scanned.Sum(s => s.Item2):f1}"));
    }

    MaintenanceReport Maintain() => _store.Maintain(_manifest.Tool, _clock.GetUtcNow(), 400);

    void Fill()
    {
        var watch = Stopwatch.StartNew();
        for (var day = 0; day < Days; day++)
        {
            _clock.Day = First.AddDays(day);
            Maintain(); // as the collector does each hour: merges parts
            Commit(day, (int)(((long)_count * (day + 1) / Days) - ((long)_count * day / Days)));
            Console.Error.Write($"\rfilling: day {day + 1} of {Days}, {watch.Elapsed.TotalSeconds:f0} s ");
        }

        Console.Error.WriteLine();
        Say("events", _count.ToString("n0", CultureInfo.InvariantCulture));
        Say("filled, s (generated, committed, parts merged)", Text(watch.Elapsed.TotalSeconds));
        var stored = _store.CountEvents(_manifest.Tool).Values.Sum();
        if (stored != _count)
            throw new BenchException($"{stored} events are stored and {_count} were committed.");
    }

    void Commit(int day, int count)
    {
        var start = (First.AddDays(day).DayNumber - new DateOnly(1970, 1, 1).DayNumber) * 86_400_000_000_000L;
        for (var done = 0; done < count; done += GroupEvents)
        {
            var group = new List<StoredBatch>();
            for (var inGroup = 0; inGroup < Math.Min(GroupEvents, count - done); inGroup += BatchEvents)
                group.Add(_events.Batch(start, Math.Min(BatchEvents, Math.Min(GroupEvents, count - done) - inGroup)));
            _commits.Add(1000 * Seconds(() => _store.Commit(_manifest.Tool, group), out var written));
            if (written.Contains(false))
                throw new BenchException("A batch was not stored.");
        }
    }

    double Charts(string name)
    {
        var times = new List<double>();
        foreach (var (_, query) in Queries())
        {
            _store.Totals(_manifest.Tool, query);
            for (var i = 0; i < Rounds; i++)
                times.Add(1000 * Seconds(() => _store.Totals(_manifest.Tool, query), out _));
        }

        var p95 = Percentile(times, 0.95);
        Say($"{name}, p50, ms", Text(Percentile(times, 0.5)));
        Say($"{name}, p95, ms", Text(p95));
        return p95;
    }

    void Deletion()
    {
        Say("delete, until no query finds it, ms", Text(1000 * Seconds(() => Delete(), out _)));
        Say("delete, until its bytes are gone, s", Text(Seconds(Maintain, out var report)));
        if (report.Deleted != 1)
            throw new BenchException("The deletion was not completed.");
        bool Delete()
        {
            _store.Delete(_manifest.Tool, Table.Of(_manifest), [_events.Busy]);
            return true;
        }
    }

    void Backup()
    {
        var before = _commits.Count;
        using var stop = new CancellationTokenSource();
        var seconds = 0.0;
        var copying = Task.Run(() => seconds = Seconds(Copy, out _));
        do
            Commit(Days - 1, GroupEvents);
        while (!copying.IsCompleted);
        copying.GetAwaiter().GetResult();
        Say("backup, s", Text(seconds));
        Say("slowest commit of 20,000 during it, ms", Text(_commits.Skip(before).Max()));
        Say("seal, ms", Text(1000 * Seconds(Seal, out _)));
        Directory.Delete(Path.Combine(_folder, "copy"), recursive: true);
        bool Copy()
        {
            using var snapshot = _store.Snapshot(_manifest.Tool);
            foreach (var file in snapshot.Files)
            {
                var path = Path.Combine(_folder, "copy", file.RelativePath);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var from = file.Open();
                using var to = File.Create(path);
                from.CopyTo(to);
                to.Flush(flushToDisk: true);
            }

            return true;
        }

        bool Seal()
        {
            _store.Seal(_manifest.Tool);
            return true;
        }
    }

    void Expire()
    {
        var seconds = Seconds(
            () => _store.Maintain(_manifest.Tool, _clock.GetUtcNow(), Retention), out var report);
        Say("retention, two expired days, s", Text(seconds));
        Say("events removed by it", report.Expired.ToString("n0", CultureInfo.InvariantCulture));
        if (report.Expired == 0)
            throw new BenchException("No event expired.");
    }

    static void Compare(string name, IReadOnlyList<CellTotal> scanned, IReadOnlyList<CellTotal> rolled)
    {
        if (!Lines(scanned).SequenceEqual(Lines(rolled), StringComparer.Ordinal))
            throw new BenchException($"{name}: the rollup and a scan of the events have different totals.");

        static IEnumerable<string> Lines(IReadOnlyList<CellTotal> totals) => totals
            .Select(t => $"{t.Day:o} {string.Join('|', t.Values)} {t.Occurrences} {t.Installations}")
            .Order(StringComparer.Ordinal);
    }

    // The queries of the dashboards: events per day, commands, versions, systems; the whole period and one month.
    IEnumerable<(string Name, CellQuery Query)> Queries()
    {
        string[] commands = ["search", "list", "install", "remove"];
        (string Name, string[] Columns)[] charts =
        [
            ("events a day", []), ("commands", ["event", "status"]), ("versions", ["version"]),
            ("systems", ["os", "os_version"]),
        ];
        foreach (var (name, columns) in charts)
        {
            yield return (name, Query(-40, Days));
            yield return ($"{name}, a month", Query(30, 60));

            CellQuery Query(int from, int to) =>
                new(commands, columns, First.AddDays(from), First.AddDays(to), "installation");
        }
    }

    static bool IsWhole(CellQuery query) => query.From < First;

    long RollupBytes() => Directory.EnumerateFiles(Path.Combine(_folder, "data", "tools", _manifest.Tool), "rollups.*")
        .Sum(file => new FileInfo(file).Length);

    void Say(string name, string value)
    {
        _table.Add((name, value));
        Console.Error.WriteLine($"{name}: {value}");
    }

    static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    static double Seconds<T>(Func<T> act, out T result)
    {
        var started = Stopwatch.GetTimestamp();
        result = act();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static double Percentile(List<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    static string Text(double value) => value.ToString("n1", CultureInfo.InvariantCulture);

    sealed class MovingClock(DateOnly day) : TimeProvider
    {
        public DateOnly Day { get; set; } = day;

        public override DateTimeOffset GetUtcNow() => new(Day, new TimeOnly(12, 0), TimeSpan.Zero);
    }
}
