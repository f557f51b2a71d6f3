// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Mlflow.Entities;
using Mlflow.Stores;
using Trace = Mlflow.Entities.Trace;

namespace Mlflow.Autologging;

/// <summary>
/// Turns every request of the program's HttpClients into a trace. .NET's own activities tell of the requests
/// (<c>System.Net.Http</c>), so the program's code stays as it is. Requests of this client are left out.
/// </summary>
sealed class HttpClientLog : IDisposable
{
    readonly ActivityListener _listener;
    readonly string _experimentId;
    readonly Action<Trace> _save;

    public HttpClientLog(string experimentId, Action<Trace> save)
    {
        (_experimentId, _save) = (experimentId, save);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ServerConnection.IsOwnRequest
                ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Save,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    void Save(Activity activity)
    {
        var start = (activity.StartTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var end = start + activity.Duration.Ticks * TimeSpan.NanosecondsPerTick;
        _save(new Trace(
            Guid.NewGuid().ToString("N"), _experimentId,
            [new Span(
                $"HTTP {Tag(activity, "http.request.method")}", start, end, Tag(activity, "url.full"),
                Tag(activity, "http.response.status_code"))]));
    }

    static string Tag(Activity activity, string name) =>
        Convert.ToString(activity.GetTagItem(name), CultureInfo.InvariantCulture) ?? "";
}
