// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

/// <summary>
/// Writes one line per message to standard error. The framework's own messages contain paths, host names and header
/// values of requests, so of those it writes only errors, whatever any setting says. Never throws: a log that can't be
/// written must not end a batch, a commit or the process. Thread-safe.
/// </summary>
sealed class StandardErrorLog(TextWriter to, TimeProvider time, LogStyle style) : ILoggerProvider
{
    public const string Category = "Tallymark";

    // The framework logs why a start failed, and throws it: the caller reports it.
    const string StartFailed = "HostedServiceStartupFaulted";

    readonly Lock _lock = new();
    long _lost;

    /// <summary>How many messages could not be written.</summary>
    public long Lost => Interlocked.Read(ref _lost) + ((to as LogQueue)?.Lost ?? 0);

    // Under _lock: how many of them the log itself has reported.
    long _reported;

    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(this, string.Equals(categoryName, Category, StringComparison.Ordinal));

    public void Dispose()
    {
        // The writer belongs to the caller.
    }

    void Write(LogLevel level, EventId id, string text)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (Lost is var lost && lost > _reported
                && TryWrite(style.Format(now, LogLevel.Warning, LogMessages.LinesLostId,
                    $"{lost - _reported} earlier messages could not be written")))
            {
                _reported = lost;
            }

            if (!TryWrite(style.Format(now, level, id, text)))
                Interlocked.Increment(ref _lost);
        }
    }

    bool TryWrite(string line)
    {
        try
        {
            to.WriteLine(line);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            return false; // there is nowhere else to report it: Lost counts it, and /metrics shows the count
        }
    }

    sealed class LineLogger(StandardErrorLog log, bool isOurs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= (isOurs ? LogLevel.Information : LogLevel.Error);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || (!isOurs && eventId.Name == StartFailed))
                return;
            // Only the type of an exception: its message may quote what a client sent.
            var text = isOurs ? formatter(state, exception) : $"{eventId.Name}: {exception?.GetType().Name}";
            log.Write(logLevel, eventId, text);
        }
    }
}
