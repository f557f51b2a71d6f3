// SPDX-License-Identifier: MIT
using System.Threading.Channels;
using Mlflow.Entities;
using Mlflow.Server.Storage;
using Mlflow.Stores;

namespace Mlflow.Server.Webhooks;

/// <summary>
/// Calls webhooks, one after the other, while requests go on. While too many calls wait, the oldest are dropped.
/// </summary>
sealed class WebhookSender(DuckDbStore store, ILogger<WebhookSender> log) : BackgroundService
{
    const int MaxWaiting = 1000;
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    readonly HttpClient _http = new() { Timeout = Timeout };
    readonly Channel<(Webhook Webhook, object Body)> _calls = Channel.CreateBounded<(Webhook, object)>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Something happened; does not wait for the calls.</summary>
    public void Happened(string name, object data)
    {
        foreach (var webhook in store.WebhooksFor(name))
            _calls.Writer.TryWrite((webhook, new { Event = name, Data = data }));
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (webhook, body) in _calls.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                using var reply = await _http.PostAsJsonAsync(webhook.Url, body, MlflowJson.Options, stoppingToken);
                reply.EnsureSuccessStatusCode();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException
                && !stoppingToken.IsCancellationRequested)
            {
                WebhookLog.Failed(log, webhook.Name, e);
            }
        }
    }
}

/// <summary>Log messages.</summary>
static partial class WebhookLog
{
    [LoggerMessage(1, LogLevel.Warning, "The webhook {Name} could not be called.")]
    public static partial void Failed(ILogger log, string name, Exception e);
}
