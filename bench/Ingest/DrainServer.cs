// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Bench.Ingest;

/// <summary>
/// The upper limit: a bare Kestrel that reads the same bodies to their end and replies. A process like the collector.
/// </summary>
static class DrainServer
{
    static readonly byte[] Answer =
        "{\"batch\":\"00000000-0000-0000-0000-000000000000\",\"received\":1,\"stored\":1,\"dropped\":{}}"u8.ToArray();

    /// <summary>Serves until standard input ends.</summary>
    public static void Serve()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync();
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }

            context.Response.ContentLength = Answer.Length;
            await context.Response.Body.WriteAsync(Answer);
        });
        app.StartAsync().GetAwaiter().GetResult();
        Console.WriteLine("listening on " + app.Urls.First());
        while (Console.In.Read() >= 0)
            continue;
    }
}
