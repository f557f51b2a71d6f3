// SPDX-License-Identifier: MIT
// The system's Chromium, started once for all tests of a project. Each visit has its own context, so only the process
// is shared.

using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Tallymark.Support;

public sealed class Chromium : IAsyncLifetime
{
    static readonly string[] Paths =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

    IPlaywright? _playwright;
    IBrowser? _browser;

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("Chromium was not started.");

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("TALLYMARK_CHROMIUM") ?? Paths.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                "Chromium is missing. Install it (Debian: apt-get install chromium) or name it in TALLYMARK_CHROMIUM.");
        Assertions.SetDefaultExpectTimeout(20_000); // generous: the machine may be building at the same time
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            // In a container there is no user namespace for the sandbox, and /dev/shm is small. The other options keep
            // the browser from contacting its vendor.
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-default-apps", "--no-first-run",
                "--no-pings", "--disable-features=OptimizationHints,MediaRouter,Translate",
                // A name that is not loopback: over plain http, its pages are no secure contexts.
                "--host-resolver-rules=MAP *.test 127.0.0.1",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}
