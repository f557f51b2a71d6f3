// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>
/// One maintenance run over a tool: <list type="number">
/// <item>Seal the active part if its month is over, or if rows of it must be removed.</item>
/// <item>Add new rows to the rollups: afterwards they no longer need any part in its present form.</item>
/// <item>Rewrite each sealed part that has rows to be removed, and drop those of which nothing remains.</item>
/// <item>Remove the same from the rollups and rewrite their file: DuckDB leaves the bytes of deleted rows in
/// place.</item>
/// <item>Record that the deletions are complete, unless rows of theirs wait elsewhere.</item>
/// <item>Merge parts of a month.</item>
/// </list>
/// A kill leaves undamaged files after each step, and the next run continues. One run at a time.
/// </summary>
sealed class MaintenanceRun(
    ToolDatabase database, RetentionRule rule, DateOnly today, Func<bool>? isGoneElsewhere, CancellationToken cancel)
{
    /// <summary>
    /// The number of sealed parts of similar size that are merged before their month is over: each row is then
    /// rewritten once for each fourfold growth of the events after it.
    /// </summary>
    const int MergeCount = 4;

    /// <summary>
    /// A part waits with merging while it is larger than this many times all parts after it together.
    /// </summary>
    const int MaxSizeRatio = 2;

    long _expired;
    int _rewritten;

    /// <summary>Runs it.</summary>
    public MaintenanceReport Run()
    {
        SealIfDue();                                                                // 1
        var parts = database.Files.View.Sealed.ToList(); // later ones wait: the rollups may lack rows of them
        var rolled = database.Rollups.Update(cancel);                               // 2
        foreach (var part in parts)
            Rewrite(part);                                                          // 3
        CorrectRollups();                                                           // 4
        var deleted = CompleteDeletions();                                          // 5
        Merge(parts.Count == 0 ? 0 : parts[^1].Name.Last);                          // 6
        return new MaintenanceReport(rolled, deleted, _expired, _rewritten);
    }

    void SealIfDue()
    {
        using var lease = database.Files.Acquire();
        var active = lease.View.Active;
        if (active.Name.MonthNumber < MonthOf(today) || database.Rewriter.CountRemovable(active, rule).Rows > 0)
            database.Sealer.Seal();
        database.Sealer.Wait(); // afterwards no log has rows that must be removed
    }

    void Rewrite(Part part)
    {
        cancel.ThrowIfCancellationRequested();
        using var lease = database.Files.Acquire([part]); // a just sealed part must not be reattached meanwhile
        var (rows, expired) = database.Rewriter.CountRemovable(part, rule);
        if (rows == 0 && !IsEmpty(part))
            return;
        var rewritten = database.Rewriter.Write([part], part.Name.NextRevision(), rule, cancel);
        database.Files.Change(now => now with
        {
            Parts = [.. now.Parts.SelectMany(p => p != part ? [p] : rewritten is null ? [] : new[] { rewritten })],
        });
        _expired += expired;
        _rewritten++;
    }

    // A part without events stays for the ids of its batches until no client can resend them.
    bool IsEmpty(Part part)
    {
        using var connection = database.Engine.Connect();
        var tables = part.Catalog.Tables
            .Select(t => $"EXISTS (SELECT 1 FROM {Sql.TableName(part.Alias, t.Schema, t.Name)})")
            .Append($"EXISTS (SELECT 1 FROM \"{part.Alias}\".main._batches t WHERE {rule.KeepsBatch})");
        using var rows = connection.Query($"SELECT {string.Join(" OR ", tables)}");
        return rows.Read() && !rows.Boolean(0);
    }

    void CorrectRollups()
    {
        // Deletions first: the totals of days that expire now are those without the deleted installations.
        if (rule.Deletions.Count > 0)
            database.Rollups.RemoveDeleted(rule.Deletions, cancel);
        if (database.Rollups.Freeze(rule.FirstWholeDay))
            database.Rollups.Rewrite(cancel);
    }

    int CompleteDeletions()
    {
        if (rule.Deletions.Count == 0 || isGoneElsewhere?.Invoke() == false)
            return 0;
        database.Writer.CompleteDeletions(rule.Deletions);
        return rule.Deletions.SelectMany(deletion => deletion.Installations).Distinct(StringComparer.Ordinal).Count();
    }

    void Merge(int last)
    {
        var months = database.Files.View.Sealed
            .Where(part => part.Name.Last <= last).GroupBy(part => part.Name.MonthNumber);
        foreach (var month in months.ToList())
        {
            cancel.ThrowIfCancellationRequested();
            var isOver = month.Key < MonthOf(today);
            var parts = isOver ? [.. month] : NewestOfSimilarSize([.. month]);
            if (parts.Count < (isOver ? 2 : MergeCount))
                continue;
            using var lease = database.Files.Acquire(parts);
            var merged = database.Rewriter.Write(parts, parts[0].Name.MergeThrough(parts[^1].Name), rule, cancel);
            database.Files.Change(now =>
            {
                List<Part> all = [.. now.Parts];
                var at = all.IndexOf(parts[0]);
                all.RemoveAll(parts.Contains);
                if (merged is not null)
                    all.Insert(at, merged);
                return now with { Parts = all };
            });
            _rewritten += parts.Count;
        }
    }

    static List<Part> NewestOfSimilarSize(List<Part> parts)
    {
        var (from, bytes) = (parts.Count, 0L);
        while (from > 0 && (bytes == 0 || new FileInfo(parts[from - 1].Path).Length <= MaxSizeRatio * bytes))
            bytes += new FileInfo(parts[--from].Path).Length;
        return parts[from..];
    }

    static int MonthOf(DateOnly day) => (day.Year * 12) + day.Month;
}
