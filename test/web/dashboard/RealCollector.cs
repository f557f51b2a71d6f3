// SPDX-License-Identifier: MIT
// `tallymark serve` as a separate process, with its own pages, headers and live view.

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;

namespace Tallymark.Browser.Tests;

sealed class RealCollector : IAsyncDisposable
{
    static readonly Dictionary<string, string?> Built = typeof(RealCollector).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal);

    readonly string _data;
    readonly Process _process;
    readonly Task<string> _errors;

    RealCollector(string data, Process process, Uri address)
    {
        _data = data;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<RealCollector> Start(string published)
    {
        var data = Directory.CreateTempSubdirectory("tallymark-browser-").FullName;
        var process = Run(
            "serve", "--data", data, "--manifests", Built["Manifests"]!, "--listen", "127.0.0.1:0",
            "--public", published);
        const string ready = "listening on ";
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null || !line.StartsWith(ready, StringComparison.Ordinal))
        {
            var errors = await process.StandardError.ReadToEndAsync();
            throw new InvalidOperationException($"The collector did not start: {line} {errors}");
        }

        return new RealCollector(data, process, new Uri(line[ready.Length..] + "/"));
    }

    /// <summary>A new token, made as a maintainer would make it.</summary>
    public async Task<string> Token()
    {
        using var command = Run("token", "--data", _data);
        var token = await command.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await command.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, command.ExitCode);
        return token.Trim();
    }

    /// <summary>Sends one batch (spec/wire.md) of events with the current time.</summary>
    public async Task Send(params (string Event, string Status)[] events)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var fields = new { installation = new string('a', 64), os = "linux" };
        IEnumerable<string> lines =
        [
            JsonSerializer.Serialize(
                new { tallymark = 1, batch = Guid.NewGuid(), tool = "kmpkg", events = events.Length }),
            .. events.Select(sent => JsonSerializer.Serialize(new
            {
                tallymark = 1,
                tool = "kmpkg",
                manifest = 1,
                agreed = "5f0c6b9c7e8d4a33",
                @event = sent.Event,
                time = now,
                status = sent.Status,
                fields,
            })),
        ];
        using var client = new HttpClient();
        using var content = new StringContent(string.Concat(lines.Select(line => line + '\n')));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var cancel = TestContext.Current.CancellationToken;
        using var reply = await client.PostAsync(new Uri(Address, "v1/batches"), content, cancel);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(cancel));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _errors;
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    static Process Run(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Built["Collector"]!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })
            ?? throw new InvalidOperationException("The collector's process did not start.");
}
