// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Collector;

/// <summary>
/// Lines on their way to a stream that may be slow, full or closed, such as standard error. A thread of its own writes
/// them, so that no other thread ever waits for the reader of a pipe. Lines that don't fit in the queue, or can't be
/// written, are lost and counted. Never throws. Thread-safe.
/// </summary>
public sealed class LogQueue : TextWriter
{
    const int MaxChars = 1024 * 1024;
    static readonly TimeSpan MaxDrainTime = TimeSpan.FromSeconds(2);

    readonly Stream _to;
    readonly Thread _thread;

    // Guarded by _gate, which is pulsed at each change.
    readonly object _gate = new();
    readonly Queue<string> _lines = new();
    int _chars;
    bool _closing;

    long _lost;

    /// <summary>Starts the thread.</summary>
    /// <param name="to">The stream; the thread owns it.</param>
    public LogQueue(Stream to)
    {
        _to = to;
        _thread = new Thread(Run) { Name = "log", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>How many lines were lost.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Not used: a line is written whole.</summary>
    public override void Write(char value) =>
        throw new NotSupportedException("A log line is written whole, with WriteLine.");

    /// <summary>Queues a line.</summary>
    public override void WriteLine(string? value)
    {
        var line = value + "\n";
        lock (_gate)
        {
            if (_closing || _chars + line.Length > MaxChars)
            {
                Interlocked.Increment(ref _lost);
                return;
            }

            _chars += line.Length;
            _lines.Enqueue(line);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Writes what is queued, for at most two seconds, and ends.</summary>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join(MaxDrainTime); // a reader that has stopped must not keep the process alive
        base.Dispose(disposing);
    }

    void Run()
    {
        while (Take() is { } line)
        {
            try
            {
                _to.Write(Encoding.GetBytes(line));
                _to.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                Interlocked.Increment(ref _lost);
            }
        }
    }

    string? Take()
    {
        lock (_gate)
        {
            while (_lines.Count == 0 && !_closing)
                Monitor.Wait(_gate);
            if (!_lines.TryDequeue(out var line))
                return null;
            _chars -= line.Length;
            return line;
        }
    }
}
