// SPDX-License-Identifier: MIT
// The system's Chromium, started once for all tests. Each visit has its own context, so nothing is shared but the process.

using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Tallymark.Browser.Tests;

public sealed class Chromium : IAsyncLifetime
{
    static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

    IPlaywright? _playwright;
    IBrowser? _browser;

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("It is not started yet.");

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("TALLYMARK_CHROMIUM") ?? Places.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                "No Chromium. Install it (on Debian: apt-get install chromium) or name one in TALLYMARK_CHROMIUM.");
        Assertions.SetDefaultExpectTimeout(20_000); // a machine that builds beside the tests is slow, not wrong
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            // In a container there is no user namespace for the sandbox, and /dev/shm is small. The rest keeps the
            // browser itself from calling home.
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-default-apps", "--no-first-run", "--no-pings",
                "--disable-features=OptimizationHints,MediaRouter,Translate",
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
