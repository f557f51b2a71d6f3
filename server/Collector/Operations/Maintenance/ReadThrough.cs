// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Reads all files of the store that do not change any more once a week, in small steps, and compares them with their
/// checksums: damage must be known while a good backup still exists. Remembers across restarts how far it is. Damage
/// stops nothing: new events go into other files. <see cref="Step"/> is for one thread at a time, the other members are
/// thread-safe.
/// </summary>
sealed class ReadThrough(
    ToolSet tools, StoreThread store, PreparingStore others, DataFolder data, Limits limits, TimeProvider time,
    ILogger log)
{
    // A small file costs a system call or two, and so much.
    const long MinFileBytes = 64 * 1024;

    // A stop waits for this.
    const long MaxCallBytes = 1024 * 1024;

    readonly Lock _gate = new();
    ReadThroughState _state = ReadThroughState.Read(data); // written under the gate
    bool _isRechecked;

    /// <summary>How far it is, and what is damaged.</summary>
    public ReadThroughState State => Volatile.Read(ref _state);

    /// <summary>The number of damaged files of a tool.</summary>
    public int DamagedFiles(string tool) => State.Damaged.Count(one => one.Tool == tool);

    /// <summary>Reads one step, if a round goes on or is due.</summary>
    public void Step()
    {
        try
        {
            if (!_isRechecked)
                RereadDamaged(); // a restored file is good again
            _isRechecked = true;
            // Another reader saw damage, perhaps in one of many files: all are read.
            var mustBegin = others.TakeDamageSeen();
            if (State.Round is null && !mustBegin && !IsDue())
                return;
            var (round, isComplete) = ReadOn(mustBegin ? Begin() : State.Round ?? Begin());
            if (!isComplete)
            {
                Change(state => state with { Round = round });
                return;
            }

            Change(state => state with { Round = null, Finished = time.GetUtcNow() });
            log.ReadThrough(round.Files, round.Bytes >> 20, State.Damaged.Count);
        }
        catch (StoreException e)
        {
            log.NotReadThrough(e.Message);
        }
        catch (ObjectDisposedException)
        {
            // The collector is stopping; the next start reads on.
        }
    }

    /// <summary>Reads a file now, from its beginning to its end: <c>tallymark verify</c> found it damaged.</summary>
    /// <exception cref="StoreException">It can't be read now.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public void Reread(string tool, string file)
    {
        if (Pieces(tool).FirstOrDefault(one => Path.GetFileName(one.File) == file) is not { } piece)
            return;
        var left = long.MaxValue;
        Note(tool, piece, Read(piece, 0, ref left));
    }

    /// <summary>
    /// Reads the damaged files again: they may have been restored. One that is gone was merged, rewritten, or set
    /// aside.
    /// </summary>
    /// <exception cref="StoreException">One can't be read now.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public void RereadDamaged()
    {
        foreach (var one in State.Damaged)
        {
            var file = Path.Combine(data.Path, one.File);
            if (File.Exists(file))
                Reread(one.Tool, Path.GetFileName(file));
            else
                Change(state => state with { Damaged = [.. state.Damaged.Where(other => other.File != one.File)] });
        }
    }

    bool IsDue()
    {
        var now = time.GetUtcNow();
        return State.Finished is not { } last
            || now - last >= limits.ReadThroughInterval || last - now > limits.MaxClockBehind;
    }

    ReadingRound Begin()
    {
        var bytes = tools.All.Sum(tool => Pieces(tool.Name).Sum(piece => Math.Max(piece.Bytes, MinFileBytes)));
        var steps = (long)(limits.ReadThroughInterval / limits.ReadThroughStepInterval);
        // Within six sevenths of the week: a collector that is stopped at times also gets to the end.
        var step = Math.Max(limits.ReadThroughStepBytes, bytes / Math.Max(1, steps * 6 / 7));
        return new ReadingRound(time.GetUtcNow(), step, Tool: "", File: "", Next: null, Files: 0, Bytes: 0);
    }

    (ReadingRound Round, bool IsComplete) ReadOn(ReadingRound round)
    {
        var left = round.StepBytes;
        foreach (var (tool, piece, from) in Rest(round))
        {
            if (left <= 0)
                return (round, false);
            var before = left;
            var step = Read(piece, from, ref left);
            Note(tool, piece, step);
            round = round with
            {
                Tool = tool,
                File = Path.GetFileName(piece.File),
                Next = step.Next,
                Files = round.Files + (step.Next is null ? 1 : 0),
                Bytes = round.Bytes + before - left,
            };
            if (step.Next is not null)
                return (round, false);
            left -= Math.Max(0, MinFileBytes - (before - left));
        }

        return (round, true);
    }

    // In an order that does not depend on which files were merged meanwhile.
    IEnumerable<(string Tool, StoredPiece Piece, long From)> Rest(ReadingRound round)
    {
        foreach (var tool in tools.All.Select(tool => tool.Name).Order(StringComparer.Ordinal))
        {
            var order = string.CompareOrdinal(tool, round.Tool);
            if (order < 0)
                continue;
            foreach (var piece in Pieces(tool))
            {
                var after = order > 0 ? 1 : string.CompareOrdinal(Path.GetFileName(piece.File), round.File);
                if (after > 0)
                    yield return (tool, piece, 0);
                else if (after == 0 && round.Next is { } next)
                    yield return (tool, piece, next);
            }
        }
    }

    PieceCheck Read(StoredPiece piece, long from, ref long left)
    {
        while (true)
        {
            var (at, bytes) = (from, Math.Min(left, MaxCallBytes));
            var step = store.Readers.Read(s => s.Check(piece, at, bytes));
            left -= (step.Next ?? Math.Max(piece.Bytes, from)) - from;
            if (step.Next is not { } next || left <= 0)
                return step;
            from = next;
        }
    }

    IReadOnlyList<StoredPiece> Pieces(string tool) => store.Readers.Read(s => s.Pieces(tool));

    void Note(string tool, StoredPiece piece, PieceCheck step)
    {
        var path = Path.GetRelativePath(data.Path, piece.File);
        var isKnown = State.Damaged.Any(one => one.File == path);
        if (step.Damage is { } damage && !isKnown)
        {
            log.FileDamaged(piece.File, damage);
            var found = new DamagedPiece(tool, path, damage, time.GetUtcNow());
            Change(state => state with { Damaged = [.. state.Damaged, found] });
        }
        else if (step is { Damage: null, Next: null } && isKnown)
        {
            log.FileGood(piece.File);
            Change(state => state with { Damaged = [.. state.Damaged.Where(one => one.File != path)] });
        }
    }

    void Change(Func<ReadThroughState, ReadThroughState> change)
    {
        lock (_gate)
        {
            Volatile.Write(ref _state, change(_state));
            try
            {
                _state.Save(data);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.ReadingNotSaved(e.Message);
            }
        }
    }
}
