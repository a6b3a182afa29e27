using System.Text.RegularExpressions;
using EdgeRetail.TestKit;
using Microsoft.Playwright;

namespace EdgeRetail.CloudSync.Tests.Operations.Pages;

/// <summary>The operators' page in a real browser, over a history that real sessions made.</summary>
public sealed class PageTests
{
    const string Chromium = "/usr/bin/chromium";

    ShopHistory history = null!;
    OperatorsSite site = null!;
    IPlaywright playwright = null!;
    IBrowser browser = null!;
    IPage page = null!;
    readonly List<string> complaints = [];

    /// <summary>What a test brings about itself, until its page is closed.</summary>
    string? expected;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        if (!File.Exists(Chromium)) Desk.IgnoreExceptInCi($"There is no browser at {Chromium}.");
        history = await ShopHistory.MakeAsync();
        site = await OperatorsSite.StartAsync(history.Shop.ConnectionString);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (browser is not null) await browser.CloseAsync();
        playwright?.Dispose();
        if (site is not null) await site.DisposeAsync();
        if (history is not null) await history.DisposeAsync();
    }

    [SetUp]
    public Task BeginAsync() => BeginAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });

    [TearDown]
    public async Task EndAsync()
    {
        await page.Context.CloseAsync();
        if (expected is not null) complaints.RemoveAll(complaint => complaint.Contains(expected, StringComparison.Ordinal));
        Assert.That(complaints, Is.Empty, "no request leaves the machine, nothing fails, nothing is logged as an error");
    }

    [Test]
    public async Task The_overview_tells_how_everything_stands()
    {
        await page.GotoAsync("/");

        await Expect("h1", "None of 3 devices is connected.");
        Assert.That(await page.InnerTextAsync(".headline p"), Does.Contain("1 entry is in quarantine."));
        Assert.That(await page.Locator(".figures dd").AllInnerTextsAsync(), Is.EqualTo(new[] { "11", "0", "1", "3" }));
        Assert.That(await page.Locator("table").First.Locator("tbody th").AllInnerTextsAsync(), Is.EqualTo(new[] { "T1 Store 1", "T2 Store 1", "T3 Store 2" }));
        Assert.That(
            await page.Locator("table").First.Locator("thead th").AllInnerTextsAsync(), Is.EqualTo(new[] { "Device", "State", "Waiting", "Arrived", "Pending", "Cache behind by", "Last heard" }));
        await ShootAsync("overview");
    }

    [Test]
    public async Task The_overview_follows_without_a_reload()
    {
        await page.GotoAsync("/");
        await Expect(".figures dd >> nth=0", "11");
        await page.EvaluateAsync("() => { window.sameDocument = true; }");
        var (call, _) = await TestCall.BeginAsync(history.Replica, history.Other.Device);
        await using var session = call;

        await Expect("tr:has-text('T3') .state", "Connected, everything has arrived");

        Assert.That(await page.EvaluateAsync<bool>("() => window.sameDocument === true"), Is.True);
    }

    [Test]
    public async Task A_device_is_found_from_the_overview_and_its_quarantined_entry_from_there()
    {
        await page.GotoAsync("/");
        await page.ClickAsync("a:text-is('T2')");
        await Expect("h1", "T2 in Store 1");
        Assert.That(await page.InnerTextAsync("tr:has-text('In quarantine')"), Does.Contain("ENTRY_MALFORMED"));
        await ShootAsync("device");

        await page.ClickAsync("tr:has-text('In quarantine') a");
        await Expect("h1", "Unreadable in Store 1");
        Assert.That(await page.InnerTextAsync("main"), Does.Contain("ffffff").And.Contain("Nothing: it stands in quarantine."));
        await ShootAsync("entry-quarantined");
    }

    [Test]
    public async Task Stock_is_shown_as_of_a_moment_with_the_devices_that_may_be_missing()
    {
        await page.GotoAsync("/stores/1");

        await Expect("h1", "Stock of Store 1 store 1");
        Assert.That(await page.InnerTextAsync(".as-of"), Does.Match(@"^As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, version 8$"));
        Assert.That(await page.InnerTextAsync(".note"), Does.Contain("T2: last heard"));
        Assert.That(await page.InnerTextAsync("tr:has-text('Stift')"), Does.Contain("36"));
        Assert.That(await page.InnerTextAsync("tr:has-text('9999')"), Does.Contain("not in the catalogue").And.Contain("-1"));
        Assert.That(await page.InnerTextAsync("tr:has-text('Seife')"), Does.Contain("Seife <mild>"), "text is text");
        await ShootAsync("stock");

        await page.FillAsync("#search", "stift");
        await page.PressAsync("#search", "Enter");
        await Expect("tbody tr >> nth=0 >> th", "Stift, blau");
        Assert.That(await page.Locator("tbody tr").CountAsync(), Is.EqualTo(1));
        Assert.That(await page.InputValueAsync("#search"), Is.EqualTo("stift"));
        await page.FillAsync("#search", "<script>alert(1)</script>");
        await page.PressAsync("#search", "Enter");
        await Expect(".empty", "Nothing in this store's stock matches “<script>alert(1)</script>”.");
    }

    [Test]
    public async Task An_entry_is_looked_up_by_its_id()
    {
        await page.GotoAsync("/entries");
        await Expect("h2 >> nth=0", "In quarantine");
        await ShootAsync("entries");
        await page.FillAsync("#id", $"{history.Sale.Id}");
        await page.PressAsync("#id", "Enter");

        await Expect("h1", "Sale T1-1-000001 in Store 1");
        Assert.That(new Uri(page.Url).AbsolutePath, Is.EqualTo($"/entries/{history.Sale.Id}"));
        Assert.That(await page.InnerTextAsync(".receipt tfoot"), Does.Contain("6.09 EUR").And.Contain("cash"));
        Assert.That(await page.Locator("table").Last.Locator("tbody tr").AllInnerTextsAsync(), Has.Some.Contains("-3").And.Some.Contains("37"));
        await ShootAsync("entry");

        await page.GotoAsync("/entries?id=42");
        await Expect("[role=alert]", "“42” is neither a receipt number, like T1-1-000042, nor an entry id, like 01994d2c-5c00-8abc-8def-0123456789ab.");
        await page.GotoAsync("/entries/01994d2c-5c00-8abc-8def-0123456789ab");
        await Expect("h1", "No entry has this id");
    }

    [Test]
    public async Task A_receipt_is_followed_by_its_number_and_what_to_look_at_is_listed()
    {
        await page.GotoAsync("/entries");
        await page.FillAsync("#id", "T1-1-1");
        await page.PressAsync("#id", "Enter");
        await Expect("h1", "T1-1-000001");
        await Expect("h2 >> nth=0", "Sale T1-1-000001 6.09 EUR in Store 1");
        await ShootAsync("receipt");
        await page.GotoAsync("/receipts/T1-1-000099");
        await Expect("h1", "No journal has this receipt");

        await page.ClickAsync("nav >> text=Exceptions");
        await Expect("h1", "Exceptions");
        await ShootAsync("exceptions");
    }

    [TestCase("/devices/42", "There is no device 42", 200)]
    [TestCase("/stores/42", "There is no store 42", 200)]
    [TestCase("/nowhere", "There is no such page", 404)]
    public async Task What_is_not_there_is_said_kindly(string path, string words, int status)
    {
        var response = await page.GotoAsync(path);

        Assert.That(response!.Status, Is.EqualTo(status));
        await Expect("h1", words);
        complaints.RemoveAll(complaint => complaint.Contains("404", StringComparison.Ordinal));
    }

    [Test]
    public async Task Everything_can_be_reached_by_keyboard_and_has_a_name()
    {
        foreach (var path in (string[])["/", "/devices", "/stores/1", "/entries", $"/entries/{history.Sale.Id}"])
        {
            await page.GotoAsync(path);
            await page.WaitForSelectorAsync("main h1, main table");
            await page.WaitForSelectorAsync(".loading", new() { State = WaitForSelectorState.Detached });
            Assert.That(await page.Locator("h1").CountAsync(), Is.EqualTo(1), path);
            Assert.That(await page.Locator("a:not([href]), a:empty, button:empty, input:not([id])").CountAsync(), Is.Zero, path);
            Assert.That(await page.EvaluateAsync<int>("() => [...document.querySelectorAll('input')].filter(input => !document.querySelector(`label[for=${input.id}]`)).length"), Is.Zero, path);
            Assert.That(await page.EvaluateAsync<int>("() => [...document.querySelectorAll('th')].filter(head => !head.scope).length"), Is.Zero, path);
        }

        await page.GotoAsync("/");
        await page.Keyboard.PressAsync("Tab");
        Assert.That(await page.EvaluateAsync<string>("() => document.activeElement.textContent"), Is.EqualTo("Skip to the content"));
    }

    [TestCase(480, ColorScheme.Light, "narrow")]
    [TestCase(480, ColorScheme.Dark, "narrow-dark")]
    [TestCase(1280, ColorScheme.Dark, "dark")]
    public async Task It_reads_well_on_a_small_screen_and_in_the_dark(int width, ColorScheme scheme, string name)
    {
        await page.Context.CloseAsync();
        await BeginAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        foreach (var (path, shot) in ((string, string)[])[("/", "overview"), ("/stores/1", "stock"), ($"/entries/{history.Sale.Id}", "entry"), ($"/devices/{history.Second.Device.Device}", "device")])
        {
            await page.GotoAsync(path);
            await page.WaitForSelectorAsync("main table");
            Assert.That(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width), $"{path} does not scroll sideways");
            Assert.That(await LowestContrastAsync(), Is.GreaterThanOrEqualTo(4.5), path);
            await ShootAsync($"{shot}-{name}");
        }
    }

    [Test]
    public async Task When_the_cloud_does_not_answer_the_page_says_that_its_figures_are_old()
    {
        await page.GotoAsync("/");
        await page.WaitForSelectorAsync("main table");
        expected = "ERR_FAILED";
        await page.RouteAsync("**/*", route => route.AbortAsync());

        await Expect("#live-words", new Regex("^No answer for .*: figures are old$"));

        Assert.That(await page.Locator("main table").CountAsync(), Is.EqualTo(2), "what was there stays");
    }

    async Task BeginAsync(BrowserNewContextOptions options)
    {
        complaints.Clear();
        expected = null;
        options.BaseURL = site.Address;
        var context = await browser.NewContextAsync(options);
        page = await context.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.Address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) complaints.Add($"left the machine: {request.Url}");
        };
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add($"console: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Add($"script: {error}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400) complaints.Add($"{response.Status}: {response.Url}");
        };
    }

    /// <summary>The lowest contrast of a text with what is behind it (WCAG 2.2: at least 4.5).</summary>
    Task<double> LowestContrastAsync() => page.EvaluateAsync<double>(
        """
        () => {
          const parse = text => (text.match(/[\d.]+/g) ?? []).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = element => {
            for (let at = element; at; at = at.parentElement) {
              const color = parse(getComputedStyle(at).backgroundColor);
              if (color.length === 3 || color[3] === 1) return color;
            }
            return [255, 255, 255];
          };
          let lowest = 21;
          for (const element of document.querySelectorAll("body *")) {
            const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim() !== "");
            if (!own || !element.checkVisibility() || element.closest("script, noscript")) continue;
            const a = light(parse(getComputedStyle(element).color)), b = light(behind(element));
            lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
          }
          return lowest;
        }
        """);

    Task Expect(string selector, string words) => Assertions.Expect(page.Locator(selector)).ToHaveTextAsync(words, new() { Timeout = 15_000, UseInnerText = true });

    Task Expect(string selector, Regex words) => Assertions.Expect(page.Locator(selector)).ToHaveTextAsync(words, new() { Timeout = 30_000, UseInnerText = true });

    Task ShootAsync(string name) => page.ScreenshotAsync(new() { Path = Path.Combine(RepositoryRoot.Artifacts, "screenshots", $"operators-{name}.png"), FullPage = true });
}
