using Microsoft.Playwright;

namespace EdgeRetail.Kiosk.Tests.Page;

/// <summary>A scanner in keyboard mode types wherever the focus is; it must never press a button or fill a price.</summary>
[TestFixture(1280, 800)]
sealed class ScannerPageTests(int width, int height) : PageFixture(width, height)
{
    [Test]
    public async Task A_scan_while_the_sell_button_has_the_focus_does_not_sell()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await Sell.FocusAsync();
        await ScanInto(Shop.Milk, "€3.78");

        Assert.That(Shop.SalesInLedger, Is.Zero);
        await Expect(Search).ToBeFocusedAsync();
    }

    [Test]
    public async Task A_scan_on_the_receipt_begins_the_next_sale()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await Sell.TapAsync();
        await Expect(Page.GetByTestId("new-sale")).ToBeFocusedAsync();
        await ScanInto(Shop.Milk, "€1.29");

        await Expect(Lines).ToHaveCountAsync(1);
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
    }

    [Test]
    public async Task A_scan_into_the_price_is_no_price()
    {
        ExpectedErrors.Add("404");
        await Scan("5000159407236");
        await Expect(Page.GetByLabel("What is it?")).ToBeFocusedAsync();
        await Type("Bar");
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByLabel("Price of one, in EUR")).ToBeFocusedAsync();
        await Type("1");
        await ScanAt(TimeProvider.System.GetUtcNow().AddSeconds(1), "96385074");

        await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("That was a scan.");
        await Expect(Page.GetByLabel("Price of one, in EUR")).ToHaveValueAsync("1");
        await Expect(Total).ToHaveTextAsync("€0.00");
    }

    [Test]
    public async Task A_scanner_that_reads_twice_counts_once()
    {
        var now = TimeProvider.System.GetUtcNow();
        await ScanAt(now, Shop.Chocolate);
        await ScanAt(now.AddMilliseconds(200), Shop.Chocolate);
        await ScanInto(Shop.Milk, "€3.78");
        await ScanAt(now.AddMilliseconds(800), Shop.Chocolate);
        await Expect(Total).ToHaveTextAsync("€6.27");
    }

    [Test]
    public async Task Quick_scans_come_in_order_and_none_is_lost()
    {
        string[] codes = [Shop.Chocolate, Shop.Milk, "5449000000996", "8010445000444", "7622210449283", "5000112637922", Shop.Candle];
        foreach (var code in codes) await Scan(code);

        await Expect(Lines).ToHaveCountAsync(codes.Length);
        await Expect(Lines.First).ToContainTextAsync("Dark chocolate");
        await Expect(Lines.Last).ToContainTextAsync("White hanging heart");
    }

    [Test]
    public async Task How_many_can_be_typed_before_the_scan()
    {
        await Type("3*");
        await ScanInto(Shop.Chocolate, "€7.47");
    }

    [Test]
    public async Task Two_unknown_products_are_asked_for_one_after_the_other()
    {
        ExpectedErrors.Add("404");
        await Scan("5000159407236");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("5000159407236");
        await Page.GetByLabel("What is it?").FillAsync("Bar");
        await Page.GetByLabel("Price of one, in EUR").FillAsync("1");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add for €1.00" }).TapAsync();
        await Scan("96385074");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("96385074");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Total).ToHaveTextAsync("€1.00");
    }
}
