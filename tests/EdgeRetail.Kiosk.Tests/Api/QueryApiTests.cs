using EdgeRetail.Contracts.Entries;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Tests.Api;

[TestFixture]
sealed class QueryApiTests : ApiFixture
{
    [Test]
    public async Task A_search_gives_name_price_and_stock()
    {
        var found = await Read(await Shop.Browser().GetAsync("/api/v1/products?q=dark+choc"), ApiJson.Default.ProductsResponse);

        Assert.That(found.Items.Single(), Is.EqualTo(new ProductView("04006381333931", "4006381333931", "Dark chocolate 70 %", "Alpine", "100 g", 249, "EUR", "each", 24_000, 0)));
    }

    [TestCase("4006381333931")]
    [TestCase("04006381333931")]
    [TestCase(" 4006381333931 ")]
    public async Task A_scanned_code_finds_its_product(string code)
    {
        var product = await Read(await Shop.Browser().GetAsync($"/api/v1/products/{Uri.EscapeDataString(code)}"), ApiJson.Default.ProductView);
        Assert.That(product.Name, Is.EqualTo("Dark chocolate 70 %"));
    }

    [Test]
    public async Task A_code_with_a_slash_finds_its_product()
    {
        Shop.Catalogue(Shop.Row("A/1 #2", "Odd code", "", "", 100, Currency.Parse("EUR")));
        var product = await Read(await Shop.Browser().GetAsync($"/api/v1/products/{Uri.EscapeDataString("A/1 #2")}"), ApiJson.Default.ProductView);
        Assert.That(product.Name, Is.EqualTo("Odd code"));
    }

    [TestCase("/api/v1/products/5000159407236", 404, "PRODUCT_NOT_FOUND")]
    [TestCase("/api/v1/products/4006381333932", 422, "WRONG_CHECK_DIGIT")]
    [TestCase("/api/v1/products?limit=0", 400, "LIMIT_INVALID")]
    [TestCase("/api/v1/products?limit=101", 400, "LIMIT_INVALID")]
    [TestCase("/api/v1/products?limit=-1", 400, "LIMIT_INVALID")]
    [TestCase("/api/v1/stock?limit=9999999999", 400, "LIMIT_INVALID")]
    [TestCase("/api/v1/stock?product=4006381333932", 422, "WRONG_CHECK_DIGIT")]
    [TestCase("/api/v1/receipts/T1-1-000001", 404, "RECEIPT_NOT_FOUND")]
    [TestCase("/api/v1/receipts/T9-1-000001", 404, "RECEIPT_NOT_FOUND")]
    [TestCase("/api/v1/receipts/nonsense", 400, "RECEIPT_INVALID")]
    [TestCase("/api/v1/nowhere", 404, "NOT_FOUND")]
    [TestCase("/wwwroot/", 404, "NOT_FOUND")]
    [TestCase("/fonts/", 404, "NOT_FOUND")]
    [TestCase("/index.html", 404, "NOT_FOUND")]
    [TestCase("/..%2f..%2fetc/passwd", 404, "NOT_FOUND")]
    public async Task What_is_not_there_is_named(string path, int status, string code)
    {
        var problem = await ProblemOf(await Shop.Browser().GetAsync(path));
        Assert.That((problem.Status, problem.Code), Is.EqualTo((status, code)));
    }

    [Test]
    public async Task A_search_text_that_is_too_long_is_refused() =>
        Assert.That((await ProblemOf(await Shop.Browser().GetAsync($"/api/v1/products?q={new string('a', 81)}"))).Code, Is.EqualTo("TEXT_TOO_LONG"));

    [TestCase("\"")]
    [TestCase("* OR NEAR(")]
    [TestCase("name:")]
    [TestCase("'; DROP TABLE entry; --")]
    [TestCase("\0")]
    [TestCase("-")]
    public async Task A_search_for_odd_characters_just_finds_nothing(string text)
    {
        var found = await Read(await Shop.Browser().GetAsync($"/api/v1/products?q={Uri.EscapeDataString(text)}"), ApiJson.Default.ProductsResponse);
        Assert.That(found.Items, Is.Empty);
    }

    [Test]
    public async Task Stock_shows_what_is_on_hand_of_which_pending_and_as_of_when()
    {
        await PostFromPage(Shop.Sale(count: 3));
        var stock = await Read(await Shop.Browser().GetAsync($"/api/v1/stock?product={Shop.Chocolate}"), ApiJson.Default.StockResponse);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((stock.Items.Single().OnHandThousandths, stock.Items.Single().PendingThousandths), Is.EqualTo((21_000, -3_000)));
            Assert.That(stock.Items.Single().PriceMinor, Is.EqualTo(249));
            Assert.That(stock.AsOf, Is.Not.Null.And.GreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(-1)));
        }
    }

    [Test]
    public async Task Stock_comes_in_pages_that_miss_and_repeat_nothing()
    {
        var products = new List<string>();
        string? after = null;
        do
        {
            var page = await Read(await Shop.Browser().GetAsync($"/api/v1/stock?limit=2{(after is null ? "" : $"&after={after}")}"), ApiJson.Default.StockResponse);
            products.AddRange(page.Items.Select(item => item.Product));
            after = page.Next;
        }
        while (after is not null);

        Assert.That(products, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(products, Is.Unique.And.Count.EqualTo(6));
    }

    [Test]
    public async Task Status_says_who_this_is_and_how_the_sync_stands()
    {
        await PostFromPage(Shop.Sale());
        Shop.Offline();
        var status = await Read(await Shop.Browser().GetAsync("/api/v1/status"), ApiJson.Default.StatusResponse);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((status.DeviceCode, status.StoreName, status.Currency, status.MinorDigits, status.SoftwareVersion), Is.EqualTo(("T1", "Corner Shop Berlin", "EUR", 2, "0.1.0-test")));
            Assert.That((status.Sync.State, status.Sync.Tone), Is.EqualTo(("offline", "waiting")));
            Assert.That(status.Sync.Words, Is.EqualTo("1 entry to send. The cloud cannot be reached; selling goes on."));
            Assert.That((status.Outbox.Count, status.PendingCount, status.Receipts.Next), Is.EqualTo((1, 1, 2)));
        }
    }
}
