// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// A call to the store that waits until the batches queued before it are committed. It is run or failed; the first
/// result counts.
/// </summary>
abstract class StoreCall
{
    /// <summary>How many batches of its tool come before it.</summary>
    public long After { get; set; }

    /// <summary>Runs the call. It does not throw; its task carries the exception.</summary>
    public abstract void Run(IEventStore store);

    /// <summary>Fails the call.</summary>
    public abstract void Fail(Exception reason);
}

/// <summary>A call with a result.</summary>
/// <param name="call">The call.</param>
sealed class StoreCall<T>(Func<IEventStore, T> call) : StoreCall
{
    // Continuations run on another thread, not on the store's.
    readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public override void Run(IEventStore store)
    {
        try
        {
            _result.TrySetResult(call(store)); // false: it took too long and was failed
        }
        catch (Exception e) // every failure belongs to the caller
        {
            _result.TrySetException(e);
        }
    }

    public override void Fail(Exception reason) => _result.TrySetException(reason);
}
