using Microsoft.Playwright;

namespace EdgeRetail.Kiosk.Tests.Page;

/// <summary>By keyboard alone, by touch with thick fingers, at arm's length, by screen reader.</summary>
[TestFixture(1280, 800)]
[TestFixture(480, 800)]
sealed class AccessPageTests(int width, int height) : PageFixture(width, height)
{
    /// <summary>WCAG 2.2 contrast of every visible text with the ground behind it; lists what is below 4.5 (3 for large text).</summary>
    const string LowContrastScript = """
        () => {
          const channel = (value) => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
          const read = (colour) => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
          const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
          const luminance = (c) => 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
          const ground = (element) => {
            if (!element) return { r: 255, g: 255, b: 255, a: 1 };
            const own = read(getComputedStyle(element).backgroundColor);
            return own.a === 1 ? own : over(own, ground(element.parentElement));
          };
          const low = [];
          const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
          for (let text = walker.nextNode(); text; text = walker.nextNode()) {
            const element = text.parentElement;
            if (!text.textContent.trim() || !element.checkVisibility() || element.closest('.aside, :disabled')) continue;
            const style = getComputedStyle(element);
            const below = ground(element);
            const [a, b] = [luminance(over(read(style.color), below)), luminance(below)].sort((x, y) => y - x);
            const size = parseFloat(style.fontSize);
            const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < needed) low.push(`${text.textContent.trim()}: ${ratio.toFixed(2)}`);
          }
          return low;
        }
        """;

    const string SmallTargetsScript = """
        () => [...document.querySelectorAll('button, a, label.tender, input[type=text], [role=option]')]
          .filter((element) => element.checkVisibility() && !element.closest('.under-receipt'))
          .map((element) => [element, element.getBoundingClientRect()])
          .filter(([, box]) => box.height < 44 || box.width < 44)
          .map(([element, box]) => `${element.textContent || element.getAttribute('aria-label')}: ${box.width}×${box.height}`)
        """;

    const string NamelessScript = """
        () => [...document.querySelectorAll('button, a, input, [role=option]')]
          .filter((element) => element.checkVisibility())
          .filter((element) => !(element.textContent.trim() || element.getAttribute('aria-label') || element.labels?.length || element.getAttribute('aria-labelledby')))
          .map((element) => element.outerHTML)
        """;

    const string OverflowScript = "() => document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} wide`] : []";

    [Test]
    public async Task Everything_can_be_done_by_keyboard_alone()
    {
        await Type("milk");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Total).ToHaveTextAsync("€1.29");

        await Type("choc");
        await Expect(Page.GetByTestId("hits").Locator("li")).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByTestId("hits").Locator("[aria-selected=true]")).ToHaveCountAsync(1);
        var chosen = await Page.GetByTestId("hits").Locator("[aria-selected=true] b").First.InnerTextAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Lines).ToHaveCountAsync(2);
        await Expect(Lines.Last).ToContainTextAsync(chosen);
        await Page.Keyboard.PressAsync("+");
        await Expect(Lines.Last.Locator(".stepper-figure")).ToHaveTextAsync("2");
        await Page.Keyboard.PressAsync("-");
        await Page.Keyboard.PressAsync("-");
        await Expect(Total).ToHaveTextAsync("€1.29");

        // By Tab to the button that gives one more, and on to the way it is paid and the button that sells.
        await TabTo("One Whole milk more");
        await Page.Keyboard.PressAsync("Space");
        await Expect(Total).ToHaveTextAsync("€2.58");
        await TabTo("tender");
        await Page.Keyboard.PressAsync("ArrowRight");
        await TabTo("Sell");
        Assert.That(await Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"), Is.EqualTo("solid"), "the focus is visible");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Receipt).ToContainTextAsync("Card");

        await Expect(Page.GetByTestId("new-sale")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Search).ToBeFocusedAsync();
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
    }

    [Test]
    public async Task Function_keys_sell_without_leaving_the_search()
    {
        await ScanInto(Shop.Chocolate, "€2.49");
        await Page.Keyboard.PressAsync("F9");
        await Page.Keyboard.PressAsync("F10");
        await Expect(Receipt).ToContainTextAsync("Card");
    }

    [Test]
    public async Task Results_are_said_to_screen_readers()
    {
        var said = Page.GetByTestId("said");
        await ScanInto(Shop.Chocolate, "€2.49");
        await Expect(said).ToHaveTextAsync("Dark chocolate 70 %: 1 for €2.49. Total €2.49.");
        Assert.That(await said.GetAttributeAsync("aria-live"), Is.EqualTo("polite"));
        await Sell.TapAsync();
        await Expect(said).ToHaveTextAsync("Sold for €2.49. Receipt T1-1-000001.");
    }

    [Test]
    public async Task Every_view_is_readable_reachable_named_and_fits()
    {
        Shop.Offline();
        await Inspect("ready");
        await ScanInto(Shop.Chocolate, "€2.49");
        await ScanInto(Shop.Cheese, "€22.48");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Inspect("quantity");
        await Page.Keyboard.PressAsync("Escape");
        await Inspect("basket");
        await Type("o");
        await Expect(Page.GetByTestId("hits")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Inspect("hits");
        await Page.Keyboard.PressAsync("Escape");
        ExpectedErrors.Add("404");
        await Scan("96385074");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Inspect("unknown product");
        await Page.Keyboard.PressAsync("Escape");
        await Sell.TapAsync();
        await Expect(Receipt).ToBeVisibleAsync();
        await Inspect("receipt");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Stock" }).TapAsync();
        await Expect(Page.GetByTestId("stock")).ToBeVisibleAsync();
        await Inspect("stock");
    }

    async Task Inspect(string view)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Page.EvaluateAsync<string[]>(LowContrastScript), Is.Empty, $"{view}: contrast");
            Assert.That(await Page.EvaluateAsync<string[]>(SmallTargetsScript), Is.Empty, $"{view}: targets of at least 44 by 44");
            Assert.That(await Page.EvaluateAsync<string[]>(NamelessScript), Is.Empty, $"{view}: names");
            Assert.That(await Page.EvaluateAsync<string[]>(OverflowScript), Is.Empty, $"{view}: nothing sticks out sideways");
        }
    }

    async Task TabTo(string what)
    {
        const string NameScript = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.getAttribute('name') ?? document.activeElement.textContent";
        for (var i = 0; i < 60; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if ((await Page.EvaluateAsync<string?>(NameScript))?.StartsWith(what, StringComparison.Ordinal) == true) return;
        }

        Assert.Fail($"Tab never reaches {what}");
    }
}
