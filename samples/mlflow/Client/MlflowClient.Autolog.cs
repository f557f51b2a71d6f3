// SPDX-License-Identifier: MIT
using Mlflow.Autologging;

namespace Mlflow;

public sealed partial class MlflowClient
{
    HttpClientLog? _autolog;

    /// <summary>
    /// Logs the use of a library by itself, without calls in the program's code. This client hooks into
    /// <c>httpclient</c>: each HTTP request becomes a trace.
    /// </summary>
    /// <param name="flavor">The library.</param>
    /// <param name="experimentId">The experiment that the traces belong to.</param>
    /// <param name="disable">True: stops it.</param>
    /// <param name="logTraces">False: hooks in, and logs no trace.</param>
    /// <param name="logModels">True: also logs models; <c>httpclient</c> has none.</param>
    public void Autolog(
        string flavor, string experimentId, bool disable = false, bool logTraces = true, bool logModels = false) =>
        Telemetry.Autologging(run =>
        {
            _context.Fill(run);
            run.Flavor = flavor;
            run.Disable = disable;
            run.LogTraces = logTraces;
            run.LogModels = logModels;
            if (flavor != "httpclient")
                throw new MlflowException($"This client has no automatic logging for '{flavor}'.");
            StopAutologging();
            var store = Store;
            if (!disable && logTraces)
                _autolog = new HttpClientLog(experimentId, trace => Enqueue(() => store.SaveTraces([trace])));
        });

    // The hook runs inside a request of the program, which must not wait for the store.
    void Enqueue(Func<Task> call) => _ = _queue.Add(call).AsTask();

    void StopAutologging()
    {
        _autolog?.Dispose();
        _autolog = null;
    }
}
