// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Lets the server call an address after certain events.</summary>
    public Task<Webhook> CreateWebhook(string name, string url, IReadOnlyList<string> events) =>
        Telemetry.CreateWebhook(run =>
        {
            _context.Fill(run);
            run.Events = events;
            return Store.CreateWebhook(new Webhook("", name, url, events));
        });
}
