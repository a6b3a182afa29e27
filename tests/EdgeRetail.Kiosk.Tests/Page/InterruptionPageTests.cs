using EdgeRetail.TestKit;
using Microsoft.Playwright;

namespace EdgeRetail.Kiosk.Tests.Page;

/// <summary>Reloads, crashes, lost answers and a restarting agent: nothing is sold twice, nothing is lost.</summary>
[TestFixture(1280, 800)]
[TestFixture(480, 800)]
sealed class InterruptionPageTests(int width, int height) : PageFixture(width, height)
{
    [Test]
    public async Task A_reload_keeps_the_basket()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await ScanInto(Shop.Milk, "€3.78");
        await Page.ReloadAsync();
        await Expect(Lines).ToHaveCountAsync(2);
        await Expect(Total).ToHaveTextAsync("€3.78");
    }

    [Test]
    public async Task A_reload_after_a_lost_answer_shows_the_receipt_and_sells_once()
    {
        ExpectedErrors.Add("ERR_FAILED");
        await ScanInto(Shop.Chocolate, "€2.49");
        var reached = new TaskCompletionSource();
        await Page.RouteAsync("**/api/v1/sales", async route =>
        {
            // The ledger has it, the page never hears of it.
            if (!reached.Task.IsCompleted) await route.FetchAsync();
            reached.TrySetResult();
            await route.AbortAsync();
        });
        await Sell.TapAsync();
        await reached.Task;
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
        Assert.That(await Page.GetByTestId("sold").CountAsync(), Is.Zero, "nothing is called sold before the answer");
        await Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await Page.ReloadAsync();

        await Expect(Receipt).ToContainTextAsync("T1-1-000001");
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
        await Page.ReloadAsync();
        await Expect(Receipt).ToContainTextAsync("T1-1-000001");
    }

    [Test]
    public async Task A_reload_before_the_request_arrived_sells_once()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        var reached = new TaskCompletionSource();
        await Page.RouteAsync("**/api/v1/sales", _ =>
        {
            reached.TrySetResult(); // and never answered
            return Task.CompletedTask;
        });
        await Sell.TapAsync();
        await reached.Task;
        Assert.That(Shop.SalesInLedger, Is.Zero);
        await Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await Page.ReloadAsync();

        await Expect(Receipt).ToContainTextAsync("T1-1-000001");
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
    }

    [Test]
    public async Task The_agent_restarts_under_the_page_and_the_sale_goes_through_once()
    {
        ExpectedErrors.AddRange(["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET", "403"]);
        await ScanInto(Shop.Chocolate, "€2.49");
        await Shop.Stop();
        await Expect(Strip).ToContainTextAsync("The kiosk program is restarting; your basket is kept.");
        await Sell.TapAsync();
        await Expect(Page.GetByTestId("retrying")).ToContainTextAsync("it is sold once, however often it is tried");
        await Screenshot("6-restarting");
        await Shop.Start();

        await Expect(Receipt).ToContainTextAsync("T1-1-000001");
        await Expect(Strip).Not.ToContainTextAsync("restarting");
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));

        // The page has taken the token of the new start.
        await Page.GetByTestId("new-sale").TapAsync();
        await ScanInto(Shop.Milk, "€1.29");
        await Sell.TapAsync();
        await Expect(Receipt).ToContainTextAsync("T1-1-000002");
    }

    [Test]
    public async Task A_scan_while_the_agent_is_away_is_in_the_basket_when_it_is_back()
    {
        ExpectedErrors.AddRange(["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"]);
        await Shop.Stop();
        await Expect(Strip).ToContainTextAsync("The kiosk program is restarting.");
        await Scan(Shop.Chocolate);
        await Expect(Page.GetByTestId("looking-up")).ToContainTextAsync(Shop.Chocolate);
        await Shop.Start();
        await Expect(Total).ToHaveTextAsync("€2.49");
    }

    [Test]
    public async Task A_sale_that_is_never_answered_lets_the_basket_go_and_still_sells_once()
    {
        ExpectedErrors.Add("ERR_FAILED");
        await ScanInto(Shop.Chocolate, "€2.49");
        var first = true;
        await Page.RouteAsync("**/api/v1/sales", async route =>
        {
            if (first) await route.FetchAsync();
            first = false;
            await route.AbortAsync();
        });
        await Sell.TapAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Back to the basket" }).TapAsync();
        await Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await Sell.TapAsync();

        await Expect(Receipt).ToContainTextAsync("T1-1-000001");
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
    }

    [Test]
    public async Task A_basket_changed_after_an_unanswered_sale_is_not_sold_a_second_time()
    {
        ExpectedErrors.AddRange(["ERR_FAILED", "422"]);
        await ScanInto(Shop.Chocolate, "€2.49");
        var first = true;
        await Page.RouteAsync("**/api/v1/sales", async route =>
        {
            if (first) await route.FetchAsync();
            first = false;
            await route.AbortAsync();
        });
        await Sell.TapAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Back to the basket" }).TapAsync();
        await Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await ScanInto(Shop.Milk, "€3.78");
        await Sell.TapAsync();
        await Expect(Page.GetByTestId("refused")).ToBeVisibleAsync();
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));

        await Page.GetByRole(AriaRole.Button, new() { Name = "Start a new basket" }).TapAsync();
        await Expect(Total).ToHaveTextAsync("€0.00");
    }

    [Test]
    public async Task A_browser_that_was_killed_comes_back_with_the_basket()
    {
        using var profile = new TemporaryDirectory();
        using var playwright = await Chromium.Start();
        var before = await Chromium.Persistent(playwright, profile["profile"]);
        var page = await before.NewPageAsync();
        await page.GotoAsync(Shop.Address.ToString());
        await Expect(page.GetByTestId("search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(Shop.Chocolate);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("total")).ToHaveTextAsync("€2.49");
        await before.CloseAsync();

        await using var after = await Chromium.Persistent(playwright, profile["profile"]);
        page = await after.NewPageAsync();
        await page.GotoAsync(Shop.Address.ToString());
        await Expect(page.GetByTestId("total")).ToHaveTextAsync("€2.49");
    }
}
