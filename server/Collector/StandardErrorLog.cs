// SPDX-License-Identifier: MIT
// Log lines for people, on standard error: our own messages, and of the framework nothing below an error.

using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

/// <summary>
/// Writes a line a message. The framework's own messages hold paths, host names and header values of requests, and
/// below an error they say nothing that an operator needs: they are left out whatever any setting says. Safe for any
/// thread.
/// </summary>
sealed class StandardErrorLog(TextWriter to, TimeProvider time) : ILoggerProvider
{
    public const string Category = "Tallymark";

    readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) =>
        new Lines(this, string.Equals(categoryName, Category, StringComparison.Ordinal));

    public void Dispose()
    {
        // The writer belongs to the caller.
    }

    void Write(LogLevel level, EventId id, string text)
    {
        var now = time.GetUtcNow().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var mark = level >= LogLevel.Warning ? level.ToString().ToLowerInvariant() + ": " : "";
        lock (_lock)
            to.WriteLine($"{now} {id.Id} {mark}{text}");
    }

    sealed class Lines(StandardErrorLog log, bool own) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= (own ? LogLevel.Information : LogLevel.Error);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            // Of an exception only its kind: its message may quote what a client sent.
            var text = own ? formatter(state, exception) : $"{eventId.Name}: {exception?.GetType().Name}";
            log.Write(logLevel, eventId, text);
        }
    }
}
