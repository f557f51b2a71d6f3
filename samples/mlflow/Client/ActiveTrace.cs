// SPDX-License-Identifier: MIT
using Mlflow.Entities;
using Mlflow.Stores;

namespace Mlflow;

/// <summary>A trace while the request that it describes runs. Not thread-safe.</summary>
public sealed class ActiveTrace
{
    readonly ITrackingStore _store;
    readonly string _experimentId;
    readonly string _name;
    readonly string _inputs;
    readonly long _began = Nanoseconds();
    readonly List<Span> _parts = [];

    internal ActiveTrace(ITrackingStore store, string experimentId, string name, string inputs) =>
        (_store, _experimentId, _name, _inputs) = (store, experimentId, name, inputs);

    /// <summary>32 hexadecimal digits.</summary>
    public string TraceId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Adds a part that runs now.</summary>
    public async Task<string> AddSpan(string name, string inputs, Func<string, Task<string>> part)
    {
        var began = Nanoseconds();
        var outputs = await part(inputs);
        _parts.Add(new Span(name, began, Nanoseconds(), inputs, outputs));
        return outputs;
    }

    /// <summary>Ends the trace and saves it.</summary>
    public Task End(string outputs) => _store.SaveTraces([
        new Trace(TraceId, _experimentId, [new Span(_name, _began, Nanoseconds(), _inputs, outputs), .. _parts])]);

    internal static long Nanoseconds() =>
        (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
