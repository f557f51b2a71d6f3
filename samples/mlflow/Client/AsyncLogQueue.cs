// SPDX-License-Identifier: MIT
using System.Threading.Channels;

namespace Mlflow;

/// <summary>
/// Asynchronous logging: does one call after the other, in their order. A full queue makes the caller wait. A call that
/// fails is reported on standard error, since its caller has gone on. Thread-safe.
/// </summary>
sealed class AsyncLogQueue : IAsyncDisposable
{
    const int MaxWaiting = 1000;

    readonly Channel<Func<Task>> _calls = Channel.CreateBounded<Func<Task>>(MaxWaiting);
    readonly Lazy<Task> _worker;

    public AsyncLogQueue() => _worker = new Lazy<Task>(() => Task.Run(Work));

    /// <summary>Adds a call; waits only while the queue is full.</summary>
    public ValueTask Add(Func<Task> call)
    {
        _ = _worker.Value;
        return _calls.Writer.WriteAsync(call);
    }

    /// <summary>Ends the queue after the last call.</summary>
    public async ValueTask DisposeAsync()
    {
        _calls.Writer.TryComplete();
        if (_worker.IsValueCreated)
            await _worker.Value;
    }

    async Task Work()
    {
        await foreach (var call in _calls.Reader.ReadAllAsync())
        {
            try
            {
                await call();
            }
            catch (MlflowException e)
            {
                await Report(e.Message);
            }
        }
    }

    static async Task Report(string problem)
    {
        try
        {
            await Console.Error.WriteLineAsync($"mlflow: asynchronous logging failed: {problem}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard error is closed or full: the later calls of the queue still have to be done.
        }
    }
}
