using EdgeRetail.Demo.Replay;
using EdgeRetail.Demo.Sales;
using EdgeRetail.Demo.Shop;
using EdgeRetail.TestKit;

namespace EdgeRetail.Demo.Tests;

[TestFixture]
public sealed class ReplayPlanTests
{
    const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    [Test]
    public void Every_taken_line_is_in_one_command_of_one_agent()
    {
        foreach (var path in new[] { "pos/online_retail_2010-12-01_to_2010-12-09.csv", "pos/completejourney_20_stores.csv" })
        {
            var file = SalesFile.Read(SharedData.Path(path), null);
            var plan = ReplayPlan.Make(file, 3);
            var commands = Enumerable.Range(0, 3).SelectMany(plan.CommandsOf).ToList();
            Assert.Multiple(() =>
            {
                Assert.That(commands.SelectMany(command => command.Lines).Select(line => line.Number).Order(), Is.EqualTo(file.Receipts.SelectMany(receipt => receipt.Lines).Select(line => line.Number).Order()));
                Assert.That(commands.Select(command => command.CommandId), Is.Unique);
                Assert.That(Enumerable.Range(0, 3).Select(agent => plan.CommandsOf(agent).Count).Min() * 5, Is.GreaterThan(plan.Count), "no agent has much less to do than a fair part");
                Assert.That(plan.Catalogue.Select(product => product.Code), Is.Unique);
                Assert.That(plan.Catalogue.Select(product => product.Name), Has.None.Empty);
            });
        }
    }

    [Test]
    public void Tills_stay_with_one_agent()
    {
        var plan = ReplayPlan.Make(SalesFile.Read(SharedData.Path("pos/completejourney_20_stores.csv"), null), 3);
        var tills = Enumerable.Range(0, 3).Select(agent => plan.CommandsOf(agent).Select(command => command.Receipt.Till).Distinct().ToList()).ToList();
        Assert.That(tills.SelectMany(list => list), Is.Unique);
        Assert.That(tills.Select(list => list.Count), Is.EqualTo(new[] { 7, 7, 6 }));
    }

    [Test]
    public void A_receipt_of_more_than_1000_lines_becomes_several_entries()
    {
        var plan = ReplayPlan.Make(Read(Header + string.Concat(Enumerable.Repeat("9,22139,bowl,1,d,1.0,,UK\n", 2_300))), 3);
        Assert.That(plan.CommandsOf(0).Select(command => command.Lines.Count), Is.EqualTo(new[] { 1000, 1000, 300 }));
    }

    [Test]
    public void The_same_plan_is_made_of_the_same_file()
    {
        var text = Header + "536365,85123A,HEART,6,d,2.55,,UK\n536366,22633,WARMER,6,d,1.85,,UK\n";
        var (first, second) = (ReplayPlan.Make(Read(text), 1), ReplayPlan.Make(Read(text), 1));
        Assert.That(first.CommandsOf(0).Select(command => command.CommandId), Is.EqualTo(second.CommandsOf(0).Select(command => command.CommandId)));
    }

    [Test]
    public void Fees_are_in_no_catalogue_and_articles_without_text_are()
    {
        var plan = ReplayPlan.Make(Read(Header + "1,POST,POSTAGE,1,d,18.0,,UK\n2,21414,,-22,d,0.0,,UK\n3,22139,amazon,1,d,0.0,,UK\n4,22139,BOWL,1,d,4.95,,UK\n"), 3);
        Assert.That(plan.Catalogue.Select(product => (product.Code, product.Name, product.PriceMinor)), Is.EqualTo(new[] { ("21414", "Article 21414", 0L), ("22139", "amazon", 495L) }));
    }

    [Test]
    public void The_shelves_hold_more_than_will_be_sold()
    {
        var plan = ReplayPlan.Make(Read(Header + "3,22139,BOWL,10,d,4.95,,UK\n4,22139,BOWL,10,d,4.95,,UK\n"), 3);
        Assert.That(plan.OpeningOf([0, 1]), Is.EqualTo(new[] { ("22139", 29_000L) }));
        Assert.That(plan.OpeningOf([2]), Is.EqualTo(new[] { ("22139", 5_000L) }));
    }

    [Test]
    public void The_built_in_shop_has_valid_goods_and_the_same_till_roll_every_time()
    {
        var (first, second) = (new StringWriter(), new StringWriter());
        BuiltInShop.WriteTillRoll(first);
        BuiltInShop.WriteTillRoll(second);
        Assert.That(first.ToString(), Is.EqualTo(second.ToString()));

        var file = Read(first.ToString());
        var plan = ReplayPlan.Make(file, 3, BuiltInShop.Catalogue());
        var lines = file.Receipts.SelectMany(receipt => receipt.Lines).ToList();
        var codes = plan.Catalogue.Select(product => product.Code).ToHashSet();
        Assert.Multiple(() =>
        {
            Assert.That(file.Mapping, Is.SameAs(SalesMappings.BuiltIn));
            Assert.That(codes, Has.Count.EqualTo(60));
            Assert.That(file.Listed.Select(line => line.Code).Distinct(), Is.EquivalentTo(new[] { "WRONG_CHECK_DIGIT", "QUANTITY_ZERO", "QUANTITY_INVALID", "TEXT_MISSING" }));
            Assert.That(Enum.GetValues<LineKind>().All(kind => lines.Any(line => line.Kind == kind)));
            Assert.That(lines.Any(line => !codes.Contains(line.Product)), "something is sold that the shop does not know");
            Assert.That(lines.Any(line => line.QuantityThousandths % 1000 != 0), "something is weighed");
        });
    }

    [Test]
    public void A_catalogue_reads_back_as_it_was_written()
    {
        var text = new StringWriter();
        CatalogueCsv.Write(text, BuiltInShop.Catalogue(), SalesMappings.BuiltIn);
        Assert.That(CatalogueCsv.Read(new StringReader(text.ToString())), Is.EqualTo(BuiltInShop.Catalogue()));
    }

    static SalesFile Read(string text) => SalesFile.Read(new StringReader(text), null);
}
