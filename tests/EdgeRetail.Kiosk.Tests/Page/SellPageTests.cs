using EdgeRetail.Contracts.Entries;
using Microsoft.Playwright;

namespace EdgeRetail.Kiosk.Tests.Page;

[TestFixture(1280, 800)]
[TestFixture(480, 800)]
sealed class SellPageTests(int width, int height) : PageFixture(width, height)
{
    [Test]
    public async Task Scanned_products_are_sold_and_the_receipt_stays_on_screen()
    {
        await Screenshot("1-ready");
        await ScanInto(Shop.Chocolate, "€2.49");
        await Page.WaitForTimeoutAsync(350);
        await ScanInto(Shop.Chocolate, "€4.98");
        await ScanInto(Shop.Milk, "€6.27");
        await ScanInto("8010445000444", "€15.26");
        await ScanInto(Shop.Candle, "€17.81");
        await Expect(Lines).ToHaveCountAsync(4);
        await Expect(Search).ToBeFocusedAsync();
        await Screenshot("2-basket");

        await Page.Locator(".tender", new() { HasText = "Card" }).TapAsync();
        await Sell.TapAsync();

        await Expect(Page.GetByTestId("sold")).ToContainTextAsync("Receipt T1-1-000001");
        await Expect(Receipt).ToContainTextAsync("Dark chocolate 70 %");
        await Expect(Receipt).ToContainTextAsync("2 × €2.49");
        await Screenshot("5-sold");
        var receipt = Shop.Agent.Queries.Receipt(new("T1", "1", 1))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(receipt.Total.MinorUnits, Is.EqualTo(1781));
            Assert.That(receipt.Tenders.Single().Kind, Is.EqualTo(TenderKind.Card));
            Assert.That(receipt.Lines.Select(line => line.Quantity.Thousandths), Is.EqualTo(new[] { 2000, 1000, 1000, 1000 }));
        }

        await Page.GetByTestId("new-sale").TapAsync();
        await Expect(Total).ToHaveTextAsync("€0.00");
        await Expect(Search).ToBeFocusedAsync();
        await Screenshot("8-next");
    }

    [Test]
    public async Task Typed_text_finds_products_with_price_and_stock()
    {
        await ScanInto(Shop.Milk, "€1.29");
        await Type("choc");
        var hits = Page.GetByTestId("hits").Locator("li");
        await Expect(hits).ToHaveCountAsync(2);
        await Expect(hits.Filter(new() { HasText = "Dark chocolate" })).ToContainTextAsync("24 on hand");
        await Expect(hits.Filter(new() { HasText = "Dark chocolate" })).ToContainTextAsync("€2.49");
        await Expect(hits.Filter(new() { HasText = "Biscuits" })).ToContainTextAsync("−2 on hand");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Screenshot("3-search");

        await hits.Filter(new() { HasText = "Biscuits" }).TapAsync();
        await Expect(Total).ToHaveTextAsync("€3.28");
        await Expect(Search).ToHaveValueAsync("");
        await Expect(Search).ToBeFocusedAsync();
    }

    [Test]
    public async Task Nothing_found_says_what_else_to_do()
    {
        await Type("zzzz");
        await Expect(Page.GetByTestId("nothing")).ToContainTextAsync("Nothing found for “zzzz”.");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Search).ToHaveValueAsync("");
    }

    [Test]
    public async Task An_unknown_product_is_sold_with_a_description_and_a_price()
    {
        ExpectedErrors.Add("404");
        await Scan("5000159407236");
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("5000159407236");
        await Expect(Page.GetByLabel("What is it?")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("Say what it is");
        await Type("Bar from the door");
        await Page.Keyboard.PressAsync("Tab");
        await Type("0,99");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Add for €0.99" })).ToBeVisibleAsync();
        await Screenshot("4-unknown");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Total).ToHaveTextAsync("€0.99");
        await Expect(Lines).ToContainTextAsync("not in the catalogue");
        await Sell.TapAsync();
        await Expect(Receipt).ToContainTextAsync("Bar from the door");
        var line = Shop.Agent.Queries.Receipt(new("T1", "1", 1))!.Lines.Single();
        Assert.That((line.Product.Display, line.Name, line.UnknownProduct, line.Amount.MinorUnits), Is.EqualTo(("5000159407236", "Bar from the door", true, 99)));
    }

    [Test]
    public async Task A_wrong_check_digit_asks_to_scan_again()
    {
        ExpectedErrors.Add("422");
        await Scan("4006381333932");
        await Expect(Page.GetByTestId("notice")).ToContainTextAsync("The check digit of 4006381333932 is wrong");
        await Expect(Total).ToHaveTextAsync("€0.00");
    }

    [Test]
    public async Task Quantities_change_by_tap_and_a_line_can_go()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await ScanInto(Shop.Milk, "€3.78");
        await Page.GetByRole(AriaRole.Button, new() { Name = "One Dark chocolate 70 % more" }).TapAsync();
        await Expect(Total).ToHaveTextAsync("€6.27");
        await Page.GetByRole(AriaRole.Button, new() { Name = "One Dark chocolate 70 % less" }).TapAsync();
        await Expect(Total).ToHaveTextAsync("€3.78");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Quantity of Whole milk: 1" }).TapAsync();
        await Expect(Page.GetByLabel("How many?")).ToBeFocusedAsync();
        await Type("12");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Total).ToHaveTextAsync("€17.97");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove Dark chocolate 70 %" }).TapAsync();
        await Expect(Total).ToHaveTextAsync("€15.48");
        await Expect(Lines).ToHaveCountAsync(1);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Empty" }).TapAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).TapAsync();
        await Expect(Lines).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Empty" }).TapAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Empty it" }).TapAsync();
        await Expect(Total).ToHaveTextAsync("€0.00");
        await Expect(Sell).ToBeDisabledAsync();
    }

    [Test]
    public async Task A_long_receipt_keeps_the_way_to_the_next_sale_in_view()
    {
        var euro = Currency.Parse("EUR");
        Shop.Catalogue([.. Enumerable.Range(0, 24).Select(number => Shop.Row($"SKU-{number:D2}", $"Product number {number}", "", "", 100 + number, euro))]);
        for (var number = 0; number < 24; number++) await Scan($"SKU-{number:D2}");
        await Expect(Lines).ToHaveCountAsync(24);
        await Expect(Lines.Last).ToBeInViewportAsync();
        await Sell.TapAsync();
        await Expect(Receipt.Locator("li")).ToHaveCountAsync(24);
        await Expect(Page.GetByTestId("new-sale")).ToBeInViewportAsync();
        await Screenshot("11-long-receipt");
    }

    [Test]
    public async Task What_is_weighed_is_asked_for()
    {
        await Scan(Shop.Cheese);
        await Expect(Page.GetByLabel("How much, in kg?")).ToBeFocusedAsync();
        await Type("0.375");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Total).ToHaveTextAsync("€7.50");
        await Sell.TapAsync();
        await Expect(Receipt).ToContainTextAsync("0.375 kg × €19.99");
        Assert.That(Shop.Agent.Queries.Receipt(new("T1", "1", 1))!.Lines.Single().Quantity, Is.EqualTo(new Quantity(375, Unit.Kilogram)));
    }

    [Test]
    public async Task A_double_tap_sells_once()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await Sell.EvaluateAsync("button => { button.click(); button.click(); button.click(); }");
        await Expect(Receipt).ToBeVisibleAsync();
        await Page.GetByTestId("new-sale").TapAsync();

        await ScanInto(Shop.Chocolate, "€2.49");
        await Sell.DblClickAsync();
        await Expect(Page.Locator("body")).ToContainTextAsync("T1-1-000002");
        Assert.That(Shop.SalesInLedger, Is.EqualTo(2));
    }

    [Test]
    public async Task What_is_on_the_screen_is_what_is_sold()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        Shop.Catalogue(Shop.Row(Shop.Chocolate, "Dark chocolate 70 %", "Alpine", "100 g", 299, Currency.Parse("EUR")));
        await Sell.TapAsync();
        await Expect(Receipt).ToContainTextAsync("€2.49");
        Assert.That(Shop.Agent.Queries.Receipt(new("T1", "1", 1))!.Total.MinorUnits, Is.EqualTo(249));
    }

    [Test]
    public async Task A_name_is_text_and_never_part_of_the_page()
    {
        const string Name = "<img src=x onerror=\"document.title='owned'\"><b>Soup</b>";
        Shop.Catalogue(Shop.Row("SOUP-1", Name, "", "", 100, Currency.Parse("EUR")));
        await ScanInto("SOUP-1", "€1.00");
        await Expect(Lines).ToContainTextAsync(Name);
        await Sell.TapAsync();
        await Expect(Receipt).ToContainTextAsync(Name);
        Assert.That(await Page.TitleAsync(), Is.EqualTo("Corner Shop Berlin · T1"));
    }

    [Test]
    public async Task Two_windows_have_two_baskets()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        var second = await NewWindow();
        await Expect(second.GetByTestId("total")).ToHaveTextAsync("€0.00");
        await Expect(second.GetByTestId("search")).ToBeFocusedAsync();
        await second.Keyboard.TypeAsync(Shop.Milk);
        await second.Keyboard.PressAsync("Enter");
        await Expect(second.GetByTestId("total")).ToHaveTextAsync("€1.29");
        await second.GetByTestId("sell").TapAsync();
        await Expect(second.GetByTestId("receipt")).ToBeVisibleAsync();

        await Expect(Total).ToHaveTextAsync("€2.49");
        await Sell.TapAsync();
        await Expect(Receipt).ToBeVisibleAsync();
        Assert.That(Shop.SalesInLedger, Is.EqualTo(2));
    }

    [Test]
    public async Task The_last_receipt_can_be_looked_at_again()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await Sell.TapAsync();
        await Page.GetByTestId("new-sale").TapAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Last receipt T1-1-000001" }).TapAsync();
        await Expect(Receipt).ToContainTextAsync("Dark chocolate 70 %");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Back to selling" }).TapAsync();
        await Expect(Search).ToBeFocusedAsync();
    }

    [Test]
    public async Task A_refused_basket_says_why_and_can_be_mended()
    {
        ExpectedErrors.AddRange(["404", "422"]);
        await ScanInto(Shop.Chocolate, "€2.49");
        await Scan("5000159407236");
        await Page.GetByLabel("What is it?").FillAsync("Gold bar");
        await Page.GetByLabel("Price of one, in EUR").FillAsync("99999999");
        await Page.Keyboard.PressAsync("Enter");
        await Page.GetByRole(AriaRole.Button, new() { Name = "One Gold bar more" }).TapAsync();
        await Sell.TapAsync();
        await Expect(Page.GetByTestId("refused")).ToContainTextAsync("at most 100000000.00 EUR");
        Assert.That(Shop.SalesInLedger, Is.Zero);
        await Screenshot("9-refused");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove Gold bar" }).TapAsync();
        await Sell.TapAsync();
        await Expect(Receipt).ToBeVisibleAsync();
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
    }

    [Test]
    public async Task A_product_that_leaves_the_catalogue_after_its_scan_is_sold_all_the_same()
    {
        ExpectedErrors.AddRange(["404", "422"]);
        await ScanInto(Shop.Chocolate, "€2.49");
        await ScanInto(Shop.Milk, "€3.78");
        Shop.Catalogue(Shop.Row(Shop.Milk, "", "", "", 0, Currency.Parse("EUR")) with { Deleted = true });
        await Sell.TapAsync();
        await Expect(Receipt).ToContainTextAsync("Whole milk");

        var lines = Shop.Agent.Queries.Receipt(new("T1", "1", 1))!.Lines;
        Assert.That(lines.Select(line => (line.Name, line.Amount.MinorUnits, line.UnknownProduct)), Is.EqualTo(new[] { ("Dark chocolate 70 %", 249L, false), ("Whole milk", 129L, true) }));
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
    }
}
