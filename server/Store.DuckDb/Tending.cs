// SPDX-License-Identifier: MIT
// The work in the background, step by step.

namespace Tallymark.DuckDb;

/// <summary>
/// One run over a tool: <list type="number">
/// <item>Seal the active part if its month is over, or rows of it have to go.</item>
/// <item>Count what came into the rollups: after it they need no part as it was.</item>
/// <item>Write each sealed part anew that has rows which must go, and drop those of which nothing stays.</item>
/// <item>Take the same out of the rollups, and write their file anew: DuckDB leaves the bytes of deleted rows where they were.</item>
/// <item>Note that the deletions are done, unless rows of theirs wait elsewhere.</item>
/// <item>Join parts of a month.</item>
/// </list>
/// Each step leaves what a kill can't damage, and the next run goes on. One run at a time.
/// </summary>
sealed class Tending(ToolDatabase database, KeepRule rule, DateOnly today, Func<bool>? isGoneElsewhere, CancellationToken cancel)
{
    /// <summary>
    /// How many sealed parts of about one size are joined while their month goes on: each row is then written anew once for each fourfold of what came after it.
    /// </summary>
    const int ManyParts = 4;

    /// <summary>A part that has more bytes than so many times those after it together waits until they are more.</summary>
    const int Larger = 2;

    long _tooOld;
    int _rewritten;

    /// <summary>Does it.</summary>
    public TendReport Run()
    {
        SealIfDue();                                                                // 1
        var parts = database.Files.View.Sealed.ToList(); // those that are sealed meanwhile are not all counted: they wait for the next run
        var rolled = database.Rollups.CatchUp(cancel);                              // 2
        foreach (var part in parts)
            Rewrite(part);                                                        // 3
        CorrectRollups();                                                           // 4
        var deleted = EndDeletions();                                               // 5
        Join(parts.Count == 0 ? 0 : parts[^1].Name.Last);                           // 6
        return new TendReport(rolled, deleted, _tooOld, _rewritten);
    }

    void SealIfDue()
    {
        using var lease = database.Files.Take();
        var active = lease.View.Active;
        if (active.Name.MonthNumber < MonthOf(today) || database.Writer.Going(active, rule).Rows > 0)
            database.Seal();
        database.EndSealing(); // nothing of what goes is left in its log
    }

    void Rewrite(Part part)
    {
        cancel.ThrowIfCancellationRequested();
        using var lease = database.Files.Take([part]); // a part that was sealed just now must not be attached otherwise meanwhile
        var (rows, tooOld) = database.Writer.Going(part, rule);
        if (rows == 0 && !HasNothing(part))
            return;
        var left = database.Writer.Write([part], part.Name.Anew(), rule, cancel);
        database.Files.Change(now => now with { Parts = [.. now.Parts.SelectMany(p => p != part ? [p] : left is null ? [] : new[] { left })] });
        _tooOld += tooOld;
        _rewritten++;
    }

    // A part whose events are all gone stays for its batches' ids until no client can send them again.
    bool HasNothing(Part part)
    {
        using var connection = database.Engine.Connect();
        var tables = part.Catalog.Tables.Select(t => $"EXISTS (SELECT 1 FROM {Sql.TableName(part.Alias, t.Schema, t.Name)})")
            .Append($"EXISTS (SELECT 1 FROM \"{part.Alias}\".main._batches t WHERE {rule.OfBatches})");
        using var rows = connection.Query($"SELECT {string.Join(" OR ", tables)}");
        return rows.Read() && !rows.Boolean(0);
    }

    void CorrectRollups()
    {
        // The numbers of days that go over the retention now are those without the deleted ones.
        if (rule.Deleting.Count > 0)
            database.Rollups.TakeOut(rule.Deleting, cancel);
        if (database.Rollups.Freeze(rule.FirstDay))
            database.Rollups.Rewrite(cancel);
    }

    int EndDeletions()
    {
        if (rule.Deleting.Count == 0 || isGoneElsewhere?.Invoke() == false)
            return 0;
        database.DeletionsDone(rule.Deleting);
        return rule.Deleting.SelectMany(r => r.Installations).Distinct(StringComparer.Ordinal).Count();
    }

    void Join(int last)
    {
        foreach (var month in database.Files.View.Sealed.Where(part => part.Name.Last <= last).GroupBy(part => part.Name.MonthNumber).ToList())
        {
            cancel.ThrowIfCancellationRequested();
            var isOver = month.Key < MonthOf(today);
            var parts = isOver ? [.. month] : NewestOfOneSize([.. month]);
            if (parts.Count < (isOver ? 2 : ManyParts))
                continue;
            using var lease = database.Files.Take(parts);
            var joined = database.Writer.Write(parts, parts[0].Name.Join(parts[^1].Name), rule, cancel);
            database.Files.Change(now =>
            {
                List<Part> all = [.. now.Parts];
                var at = all.IndexOf(parts[0]);
                all.RemoveAll(parts.Contains);
                if (joined is not null)
                    all.Insert(at, joined);
                return now with { Parts = all };
            });
            _rewritten += parts.Count;
        }
    }

    static List<Part> NewestOfOneSize(List<Part> parts)
    {
        var (from, bytes) = (parts.Count, 0L);
        while (from > 0 && (bytes == 0 || new FileInfo(parts[from - 1].Path).Length <= Larger * bytes))
            bytes += new FileInfo(parts[--from].Path).Length;
        return parts[from..];
    }

    static int MonthOf(DateOnly day) => (day.Year * 12) + day.Month;
}
