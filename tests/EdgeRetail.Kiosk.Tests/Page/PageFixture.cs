using EdgeRetail.TestKit;
using Microsoft.Playwright;

namespace EdgeRetail.Kiosk.Tests.Page;

/// <summary>
/// A shop of its own and a window of the size under test. After each test: no request left the machine, and the browser's
/// console has no error but those that the test names.
/// </summary>
abstract class PageFixture(int width, int height)
{
    readonly List<string> consoleErrors = [];
    readonly List<string> foreignRequests = [];
    IBrowserContext? context;

    protected Shop Shop { get; private set; } = null!;

    protected IPage Page { get; private set; } = null!;

    protected IBrowserContext Context => context!;

    /// <summary>What the console may say: the browser reports every refused or failed request there, however well the page takes it.</summary>
    protected List<string> ExpectedErrors { get; } = [];

    protected ILocator Search => Page.GetByTestId("search");

    protected ILocator Sell => Page.GetByTestId("sell");

    protected ILocator Total => Page.GetByTestId("total");

    protected ILocator Lines => Page.GetByTestId("lines").Locator("li");

    protected ILocator Receipt => Page.GetByTestId("receipt");

    protected ILocator Strip => Page.GetByTestId("sync");

    [SetUp]
    public async Task Opened()
    {
        consoleErrors.Clear();
        foreignRequests.Clear();
        ExpectedErrors.Clear();
        var browser = await Chromium.Browser();
        Shop = await Shop.Open();
        context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, HasTouch = true, Locale = "en-GB" });
        context.SetDefaultTimeout(15_000);
        Assertions.SetDefaultExpectTimeout(15_000);
        context.Request += (_, request) =>
        {
            if (new Uri(request.Url) is var url && (url.Host != "127.0.0.1" || url.Port != Shop.Address.Port)) foreignRequests.Add(request.Url);
        };
        Page = await NewWindow();
        await Expect(Search).ToBeFocusedAsync();
    }

    [TearDown]
    public async Task Closed()
    {
        if (context is not null) await context.CloseAsync();
        context = null;
        if (Shop is not null) await Shop.DisposeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(foreignRequests, Is.Empty, "no request leaves the machine");
            Assert.That(consoleErrors.Where(error => !ExpectedErrors.Any(expected => error.Contains(expected, StringComparison.Ordinal))), Is.Empty, "no console errors");
        }
    }

    protected async Task<IPage> NewWindow()
    {
        var page = await Context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") consoleErrors.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => consoleErrors.Add($"uncaught: {error}");
        await page.GotoAsync(Shop.Address.ToString());
        return page;
    }

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    /// <summary>As a scanner in keyboard mode does: quick keys into whatever has the focus, then Enter.</summary>
    protected async Task Scan(string code)
    {
        await Page.Keyboard.TypeAsync(code);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>As a scanner does, with the times of the keys as given and not as a busy machine makes them.</summary>
    protected async Task ScanAt(DateTimeOffset at, string code)
    {
        var session = await Context.NewCDPSessionAsync(Page);
        var milliseconds = at.ToUnixTimeMilliseconds();
        foreach (var key in code.Select(character => character.ToString()).Append("Enter"))
        {
            var text = key == "Enter" ? "\r" : key;
            foreach (var type in (string[])["keyDown", "keyUp"])
            {
                await session.SendAsync("Input.dispatchKeyEvent", new()
                {
                    ["type"] = type, ["key"] = key, ["text"] = type == "keyDown" ? text : "", ["windowsVirtualKeyCode"] = (int)text[0], ["timestamp"] = milliseconds / 1000.0,
                });
            }

            milliseconds += 5;
        }

        await session.DetachAsync();
    }

    /// <summary>As a person does.</summary>
    protected Task Type(string text) => Page.Keyboard.TypeAsync(text, new() { Delay = 60 });

    /// <summary>Scans and waits until it is in the basket, for scanners do not read the same twice within 0.3 s.</summary>
    protected async Task ScanInto(string code, string total)
    {
        await Scan(code);
        await Expect(Total).ToHaveTextAsync(total);
    }

    protected Task Screenshot(string name) =>
        Page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled, Path = Path.Combine(RepositoryRoot.Artifacts, "screenshots", $"kiosk-{name}-{width}x{height}.png") });
}
