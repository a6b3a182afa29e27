using System.Globalization;
using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Gs1;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

sealed class SearchTests : AgentFixture
{
    [SetUp]
    public void Catalogue() => LoadCatalogue();

    [TestCase("milk", "Whole milk")]
    [TestCase("MIL who", "Whole milk")]
    [TestCase("crème", "Crème fraîche bread")]
    [TestCase("creme frai", "Crème fraîche bread")]
    [TestCase("CRE\u0300ME", "Crème fraîche bread", Description = "the accent as a character of its own")]
    [TestCase("baker", "Crème fraîche bread")]
    [TestCase("500 g", "Crème fraîche bread")]
    [TestCase("4006381333931", "Whole milk", Description = "as scanned")]
    [TestCase("04006381333931", "Whole milk", Description = "with the zero that pads it")]
    [TestCase("40063813", "Whole milk", Description = "the first digits")]
    [TestCase("CHEESE-1", "Mountain cheese")]
    [TestCase("cheese", "Mountain cheese")]
    [TestCase("alpine", "Whole milk,Mountain cheese")]
    [TestCase("alpine loose", "Mountain cheese")]
    [TestCase("milk bread", "")]
    [TestCase("ilk", "")]
    [TestCase("", "")]
    [TestCase("🥐 ☃ -- ''", "")]
    public void Products_are_found_by_code_and_by_the_beginnings_of_words(string text, string names) =>
        Assert.That(string.Join(',', Agent.Queries.SearchProducts(text, 10).Select(product => product.Name)), Is.EqualTo(names));

    [Test]
    public void The_exact_code_stands_first_then_names_that_begin_so_then_the_rest()
    {
        LoadCatalogue(
            new ProductRow(10, Code("TEA"), "Something else", "", "", Eur(1), Unit.Each),
            new ProductRow(11, Code("X1"), "Green tea", "", "", Eur(1), Unit.Each),
            new ProductRow(12, Code("X2"), "Teapot, large", "", "", Eur(1), Unit.Each),
            new ProductRow(13, Code("X3"), "Tea", "", "", Eur(1), Unit.Each));
        Assert.That(Agent.Queries.SearchProducts("TEA", 10).Select(product => product.Name), Is.EqualTo(new[] { "Something else", "Tea", "Teapot, large", "Green tea" }));
        Assert.That(Agent.Queries.SearchProducts("TEA", 2).Select(product => product.Name), Is.EqualTo(new[] { "Something else", "Tea" }));
    }

    [Test]
    public void Nothing_that_can_be_typed_breaks_the_query() =>
        Gen.OneOf(Gen.String, Gen.String["\"*^:(){}[]-+~ANDORNOTEARmilk \0\uD83D'"]).Sample(text => Agent.Queries.SearchProducts(text, 5).Count <= 5, iter: 2000, threads: 1);

    [Test]
    public void A_product_that_is_renamed_or_deleted_is_found_by_what_it_is_now()
    {
        LoadCatalogue(new ProductRow(10, Milk, "Oat drink", "Field", "1 l", Eur(199), Unit.Each), new ProductRow(11, Bread, "", "", "", Eur(0), Unit.Each, Deleted: true));
        Assert.That(Agent.Queries.SearchProducts("milk", 5), Is.Empty);
        Assert.That(Agent.Queries.SearchProducts("oat field", 5).Single().Price, Is.EqualTo(Eur(199)));
        Assert.That(Agent.Queries.SearchProducts("bread", 5), Is.Empty);
        Assert.That(Agent.Queries.FindProduct(Bread), Is.Null);
        Assert.That(Agent.Queries.Status().CatalogueProducts, Is.EqualTo(2));
        Tamper("INSERT INTO product_search(product_search, rank) VALUES ('integrity-check', 1)");
    }

    [Test]
    public void A_catalogue_page_and_its_cursor_are_one_transaction_and_a_repeat_is_not_applied()
    {
        Tamper("CREATE TRIGGER disk BEFORE UPDATE ON feed BEGIN SELECT RAISE(ABORT, 'the disk refuses'); END");
        Assert.That(() => Agent.Cache.ApplyCataloguePage(new(3, 4, default, [new(4, Code("NEW"), "New", "", "", Eur(1), Unit.Each)])), Throws.Exception);
        Tamper("DROP TRIGGER disk");
        Assert.That(Agent.Queries.FindProduct(Code("NEW")), Is.Null);
        Assert.That(Agent.Queries.SearchProducts("new", 5), Is.Empty);
        Assert.That(Agent.Queries.Status().CatalogueProducts, Is.EqualTo(3));
        Assert.That(Agent.Cache.ApplyCataloguePage(new(0, 4, default, [])), Is.EqualTo(new PageOutcome.CursorElsewhere(3)));
        Assert.That(Agent.Cache.ApplyCataloguePage(new(3, 3, default, [new(4, Milk, "", "", "", Eur(1), Unit.Each)])), Is.TypeOf<PageOutcome.Malformed>());
    }

    [Test]
    public void A_product_in_the_view_carries_its_stock()
    {
        SellMilk(2);
        Assert.That(Agent.Queries.SearchProducts("milk", 1).Single().Stock.OnHandThousandths, Is.EqualTo(-2000));
        Assert.That(Agent.Queries.FindProduct(Milk)!.Stock.PendingThousandths, Is.EqualTo(-2000));
    }

    [Test]
    public void Stock_is_read_in_pages_without_a_product_twice_or_missing()
    {
        LoadCatalogue([.. Enumerable.Range(0, 57).Select(i => new ProductRow(100 + i, Gtin13(i), $"Product {i}", "", "", Eur(1), Unit.Each))]);
        Agent.Cache.ApplyStorePage(new(Store, 0, 30, default, [.. Enumerable.Range(0, 30).Select(i => new EffectRow(i + 1, new(new Guid(i + 1, 0, 0, new byte[8])), Gtin13(2 * i), 1000, 1000, false))], null));
        for (var i = 0; i < 57; i += 3) Sell(new EdgeAgent.Commands.SaleDraftLine(Gtin13(i), Quantity.Each(1)));
        var all = Agent.Queries.Stock(null, 1000);
        Assert.That(all.Next, Is.Null);
        var paged = new List<StockFigure>();
        for (StockReading? page = null; page is null || page.Next is not null; paged.AddRange(page.Figures)) page = Agent.Queries.Stock(page?.Next, 7);
        Assert.That(paged, Is.EqualTo(all.Figures));
        Assert.That(all.Figures.Sum(figure => figure.OnHandThousandths), Is.EqualTo(30_000 - 19_000));
    }

    static EdgeRetail.Contracts.Identifiers.ProductCode Gtin13(int i)
    {
        var digits = (200_000_000_000L + i).ToString(CultureInfo.InvariantCulture);
        return Code(digits + Gtin.CheckDigit(digits));
    }
}
