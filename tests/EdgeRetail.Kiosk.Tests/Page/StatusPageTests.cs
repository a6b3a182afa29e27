using EdgeRetail.EdgeAgent.Health;
using Microsoft.Playwright;

namespace EdgeRetail.Kiosk.Tests.Page;

[TestFixture(1280, 800)]
[TestFixture(480, 800)]
sealed class StatusPageTests(int width, int height) : PageFixture(width, height)
{
    [Test]
    public async Task The_sync_state_is_live_and_in_plain_words()
    {
        await Expect(Strip).ToContainTextAsync("All sales are sent.");
        await Expect(Strip).ToHaveAttributeAsync("data-tone", "good");

        Shop.Offline();
        await ScanInto(Shop.Chocolate, "€2.49");
        await Sell.TapAsync();
        await Expect(Strip).ToContainTextAsync("1 entry to send. The cloud cannot be reached; selling goes on.");
        await Expect(Strip).ToHaveAttributeAsync("data-tone", "waiting");
        await Screenshot("7-offline");

        Shop.Agent.SyncStatus.Update(new(SyncState.Held, null, "REVOKED", "The cloud revoked this device.", TimeProvider.System.GetUtcNow(), null));
        await Expect(Strip).ToContainTextAsync("REVOKED");
        await Expect(Strip).ToHaveAttributeAsync("data-tone", "trouble");

        Shop.Connected();
        await Expect(Strip).ToHaveAttributeAsync("data-tone", "good");
    }

    [Test]
    public async Task The_strip_is_on_every_view()
    {
        Shop.Offline();
        foreach (var place in (string[])["sell", "stock", "receipt/T1-1-000009"])
        {
            if (place.StartsWith("receipt", StringComparison.Ordinal)) ExpectedErrors.Add("404");
            await Page.GotoAsync($"{Shop.Address}#/{place}");
            await Expect(Strip).ToContainTextAsync("selling goes on");
        }
    }

    [Test]
    public async Task Stock_shows_what_is_on_hand_of_which_pending_and_as_of_when()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Stock" }).TapAsync();
        var rows = Page.GetByTestId("stock").Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(6);
        await Expect(Page.GetByTestId("as-of")).ToContainTextAsync("just now");
        var biscuits = rows.Filter(new() { HasText = "Biscuits" });
        await Expect(biscuits).ToHaveAttributeAsync("data-below", "true");
        await Expect(biscuits).ToContainTextAsync("below zero");

        // Sold by somebody else on this device: the figure changes without a reload.
        var milk = rows.Filter(new() { HasText = "Whole milk" });
        await Expect(milk.Locator("td").First).ToHaveTextAsync("6");
        await Shop.Socket().PostAsync("/api/v1/sales", Shop.Json(Shop.Sale(product: Shop.Milk, count: 2)));
        await Expect(milk.Locator("td").First).ToHaveTextAsync("4");
        await Expect(milk.Locator("td").Nth(1)).ToHaveTextAsync("−2");
        await Expect(Page.GetByTestId("as-of")).ToContainTextAsync("1 entry of this kiosk is counted on top.");
        await biscuits.ScrollIntoViewIfNeededAsync();
        await Screenshot("10-stock");

        await Type("cheese");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("12.45 kg");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(rows).ToHaveCountAsync(6);
    }

    [Test]
    public async Task What_was_counted_stands_in_the_list_at_once()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Stock" }).TapAsync();
        var milk = Page.GetByTestId("stock").Locator("tbody tr").Filter(new() { HasText = "Whole milk" });
        await milk.GetByRole(AriaRole.Button).TapAsync();
        var form = Page.GetByTestId("count");
        await form.GetByRole(AriaRole.Textbox).FillAsync("1.5");
        await form.GetByRole(AriaRole.Button, new() { Name = "Counted" }).TapAsync();
        await Expect(form).ToContainTextAsync("Type a whole number");
        await form.GetByRole(AriaRole.Textbox).FillAsync("11");
        await form.GetByRole(AriaRole.Button, new() { Name = "Counted" }).TapAsync();
        await Expect(form).ToHaveCountAsync(0);
        await Expect(milk.Locator("td").First).ToHaveTextAsync("11");
        await Expect(milk.Locator("td").Nth(1)).ToHaveTextAsync("+5");
    }

    [Test]
    public async Task A_long_stock_comes_page_by_page()
    {
        Shop.Stock([.. Enumerable.Range(0, 120).Select(number => ($"SKU-{number:D4}", 1000L * number))]);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Stock" }).TapAsync();
        var rows = Page.GetByTestId("stock").Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(50);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).TapAsync();
        await Expect(rows).ToHaveCountAsync(100);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).TapAsync();
        await Expect(rows).ToHaveCountAsync(126);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Show more" })).ToHaveCountAsync(0);
    }

    [Test]
    public async Task The_basket_waits_while_the_stock_is_looked_at()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Stock" }).TapAsync();
        await Expect(Page.GetByTestId("stock")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Sell" }).TapAsync();
        await Expect(Total).ToHaveTextAsync("€2.49");
        await Expect(Search).ToBeFocusedAsync();
    }
}
