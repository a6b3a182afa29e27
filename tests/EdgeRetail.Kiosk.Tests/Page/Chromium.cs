using EdgeRetail.TestKit;
using Microsoft.Playwright;

namespace EdgeRetail.Kiosk.Tests.Page;

/// <summary>The system's browser, one for all tests; every test has a context of its own in it.</summary>
[SetUpFixture]
public sealed class Chromium
{
    const string ExecutablePath = "/usr/bin/chromium";

    /// <summary>Nothing may leave the machine: the browser's own errands are off, and no name but loopback resolves.</summary>
    static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-domain-reliability", "--disable-sync",
        "--disable-client-side-phishing-detection", "--no-first-run", "--no-pings", "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ];

    static IPlaywright? playwright;
    static IBrowser? browser;

    public static async Task<IBrowser> Browser()
    {
        if (browser is not null) return browser;
        playwright = await Start();
        return browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = ExecutablePath, Args = Arguments });
    }

    /// <summary>A browser that keeps its data in a directory, as one on a kiosk does.</summary>
    public static async Task<IBrowserContext> Persistent(IPlaywright with, string directory) =>
        await with.Chromium.LaunchPersistentContextAsync(directory, new() { ExecutablePath = ExecutablePath, Args = Arguments });

    public static async Task<IPlaywright> Start()
    {
        if (!File.Exists(ExecutablePath)) Desk.IgnoreExceptInCi($"{ExecutablePath} is not there: apt-get install chromium");
        var started = await Playwright.CreateAsync();
        started.Selectors.SetTestIdAttribute("data-test");
        return started;
    }

    [OneTimeTearDown]
    public async Task Closed()
    {
        if (browser is not null) await browser.CloseAsync();
        playwright?.Dispose();
    }
}
