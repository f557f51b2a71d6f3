// SPDX-License-Identifier: MIT

using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

/// <summary>
/// Writes one line per message to standard error. The framework's own messages contain paths, host names and header
/// values of requests, so of those it writes only errors, whatever any setting says. Thread-safe.
/// </summary>
sealed class StandardErrorLog(TextWriter to, TimeProvider time) : ILoggerProvider
{
    public const string Category = "Tallymark";

    readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(this, string.Equals(categoryName, Category, StringComparison.Ordinal));

    public void Dispose()
    {
        // The writer belongs to the caller.
    }

    void Write(LogLevel level, EventId id, string text)
    {
        var now = time.GetUtcNow().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var prefix = level >= LogLevel.Warning ? level.ToString().ToLowerInvariant() + ": " : "";
        lock (_lock)
            to.WriteLine($"{now} {id.Id} {prefix}{text}");
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
            if (!IsEnabled(logLevel))
                return;
            // Only the type of an exception: its message may quote what a client sent.
            var text = isOurs ? formatter(state, exception) : $"{eventId.Name}: {exception?.GetType().Name}";
            log.Write(logLevel, eventId, text);
        }
    }
}
