using EdgeRetail.Demo.Sales;
using EdgeRetail.TestKit;

namespace EdgeRetail.Demo.Tests;

[TestFixture]
public sealed class SalesFileTests
{
    const string OnlineRetail = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    [Test]
    public void Every_line_of_the_online_retail_file_is_taken_or_listed()
    {
        var file = SalesFile.Read(SharedData.Path("pos/online_retail_2010-12-01_to_2010-12-09.csv"), null);
        Assert.Multiple(() =>
        {
            Assert.That(file.Mapping, Is.SameAs(SalesMappings.OnlineRetail));
            Assert.That(file.LinesInFile, Is.EqualTo(22_523));
            Assert.That(file.LinesTaken + file.Listed.Count, Is.EqualTo(22_523));
            // By a count of the file: 51 lines sell without any text; the 64 negative ones at price 0 are adjustments, 329 are cancelled.
            Assert.That(file.Listed.Select(line => line.Code).Distinct(), Is.EqualTo(new[] { "TEXT_MISSING" }));
            Assert.That(file.Listed, Has.Count.EqualTo(51));
            Assert.That(Count(file, LineKind.Adjustment), Is.EqualTo(64));
            Assert.That(Count(file, LineKind.Refund), Is.EqualTo(329));
        });
    }

    [Test]
    public void Every_line_of_the_complete_journey_file_is_taken_or_listed()
    {
        var file = SalesFile.Read(SharedData.Path("pos/completejourney_20_stores.csv"), null);
        Assert.Multiple(() =>
        {
            Assert.That(file.Mapping, Is.SameAs(SalesMappings.CompleteJourney));
            Assert.That((file.LinesInFile, file.Listed.Count, file.LinesTaken), Is.EqualTo((23_329, 123, 23_206)));
            Assert.That(file.Listed.Select(line => line.Code).Distinct(), Is.EqualTo(new[] { "QUANTITY_ZERO" }));
            Assert.That(file.Receipts.Select(receipt => receipt.Till).Distinct().Count(), Is.EqualTo(20));
            Assert.That(file.Receipts.SelectMany(receipt => receipt.Lines).All(line => line.Product.StartsWith("CJ-", StringComparison.Ordinal)));
        });
    }

    [Test]
    public void Equal_lines_of_a_receipt_are_lines_of_their_own()
    {
        var file = Read(OnlineRetail + "536409,21866,UNION JACK FLAG LUGGAGE TAG,1,2010-12-01 11:45:00,1.25,17908.0,United Kingdom\n536409,21866,UNION JACK FLAG LUGGAGE TAG,1,2010-12-01 11:45:00,1.25,17908.0,United Kingdom\n");
        Assert.That(file.Receipts.Single().Lines, Has.Count.EqualTo(2));
        Assert.That((file.Receipts[0].QuantityThousandths, file.Receipts[0].ValueMinor), Is.EqualTo((2000L, 250L)));
    }

    [Test]
    public void A_cancelled_invoice_is_a_refund_and_other_negative_lines_at_price_0_are_adjustments()
    {
        var file = Read(OnlineRetail + "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom\n536589,21777,,-10,2010-12-01 16:50:00,0.0,,United Kingdom\nX1,22139,bowl,-2,2010-12-01 16:50:00,3.0,,United Kingdom\n");
        Assert.That(file.Receipts.SelectMany(receipt => receipt.Lines).Select(line => (line.Kind, line.QuantityThousandths, line.AmountMinor)), Is.EqualTo(new[]
        {
            (LineKind.Refund, -1000L, -2750L), (LineKind.Adjustment, -10_000L, 0L), (LineKind.Refund, -2000L, -600L),
        }));
    }

    [TestCase("1,22139,,56,d,0.0,,UK", "TEXT_MISSING")]
    [TestCase("1,POST,POSTAGE,1,d,0.0,,UK", "ZERO_PRICE_FEE")]
    [TestCase("1,POST,POSTAGE,-1,d,0.0,,UK", "ZERO_PRICE_FEE")]
    [TestCase("1,22139,bowl,0,d,1.0,,UK", "QUANTITY_ZERO")]
    [TestCase("1,22139,bowl,many,d,1.0,,UK", "QUANTITY_INVALID")]
    [TestCase("1,22139,bowl,0.0001,d,1.0,,UK", "QUANTITY_TOO_FINE")]
    [TestCase("1,22139,bowl,1000001,d,1.0,,UK", "QUANTITY_TOO_LARGE")]
    [TestCase("1,22139,bowl,1,d,free,,UK", "PRICE_INVALID")]
    [TestCase("1,22139,bowl,1,d,-1.0,,UK", "PRICE_NEGATIVE")]
    [TestCase("1,22139,bowl,1000000,d,1000000.0,,UK", "AMOUNT_TOO_LARGE")]
    [TestCase(",22139,bowl,1,d,1.0,,UK", "RECEIPT_MISSING")]
    [TestCase("1,,bowl,1,d,1.0,,UK", "PRODUCT_CODE_EMPTY")]
    [TestCase("1,22139é,bowl,1,d,1.0,,UK", "PRODUCT_CODE_INVALID")]
    [TestCase("1,4012345678902,bowl,1,d,1.0,,UK", "WRONG_CHECK_DIGIT")]
    [TestCase("1,22139,bowl,1,d,1.0", "FIELD_COUNT_WRONG")]
    [TestCase("1,22139,\"bowl,1,d,1.0,,UK", "ROW_UNREADABLE")]
    public void What_cannot_be_taken_is_listed_with_its_line_and_reason(string line, string code)
    {
        var file = Read(OnlineRetail + line + "\n");
        Assert.That(file.Receipts, Is.Empty);
        Assert.That((file.LinesInFile, file.Listed.Single().Number, file.Listed[0].Code), Is.EqualTo((1, 2, code)));
    }

    [Test]
    public void A_line_number_counts_the_line_breaks_within_quoted_fields()
    {
        var file = Read(OnlineRetail + "1,22139,\"two\nlines, \"\"quoted\"\"\",1,d,1.0,,UK\n2,22139,bowl,0,d,1.0,,UK\n");
        Assert.That(file.Receipts.Single().Lines.Single().Description, Is.EqualTo("two\nlines, \"quoted\""));
        Assert.That(file.Listed.Single().Number, Is.EqualTo(4));
    }

    [Test]
    public void An_amount_is_the_files_and_the_unit_price_derived()
    {
        var file = Read("store_id,basket_id,household_id,transaction_timestamp_utc,week,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc\n7,31,1,t,1,6534178,8396,18.46,0.84,0,0\n");
        var line = file.Receipts.Single().Lines.Single();
        Assert.That((line.Product, line.QuantityThousandths, line.AmountMinor, line.UnitPriceMinor), Is.EqualTo(("CJ-6534178", 8_396_000L, 1846L, 0L)));
    }

    [Test]
    public void An_amount_that_the_file_lacks_is_quantity_by_price_rounded_half_away_from_zero()
    {
        var file = Read("bon;menge;artikel;preis\nA1;0.5;X1;1.15\n", new("mine", new(Receipt: "bon", Quantity: "menge", Product: "artikel", UnitPrice: "preis"), "EUR", ";"));
        Assert.That(file.Receipts.Single().ValueMinor, Is.EqualTo(58));
    }

    [Test]
    public void A_file_that_no_mapping_fits_says_what_is_missing()
    {
        Assert.That(() => Read("a,b\n1,2\n"), Throws.TypeOf<SalesFileException>().With.Property("Code").EqualTo("MAPPING_MISSING"));
        Assert.That(() => Read(""), Throws.TypeOf<SalesFileException>().With.Property("Code").EqualTo("FILE_EMPTY"));
        Assert.That(
            () => Read("a,b\n1,2\n", new("mine", new(Receipt: "bon", Quantity: "b", Product: "a", Amount: "b"), "EUR")),
            Throws.TypeOf<SalesFileException>().With.Property("Code").EqualTo("COLUMN_MISSING"));
    }

    [Test]
    public void A_mapping_file_is_read_and_a_mistyped_one_refused()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder["m.json"], """
            // Our own export.
            {
              "name": "our tills", "currency": "EUR", "separator": ";", "productPrefix": "T-", "cancelledReceiptPrefix": "ST", "feeCodes": ["PFAND"],
              "columns": { "receipt": "bon", "product": "artikel", "description": "text", "quantity": "menge", "amount": "summe", "till": "kasse" }
            }
            """);
        var mapping = SalesMapping.Load(folder["m.json"]);
        var file = Read("kasse;bon;artikel;text;menge;summe\n1;ST7;12345678;Tee;-1;-2.99\n1;8;PFAND;Pfand;1;0.25\n", mapping);
        Assert.That(file.Receipts.SelectMany(receipt => receipt.Lines).Select(line => (line.Kind, line.Product, line.IsFee)), Is.EqualTo(new[] { (LineKind.Refund, "T-12345678", false), (LineKind.Sale, "PFAND", true) }));

        foreach (var text in new[] { "{", "{}", """{"name":"x","currency":"EUR","columns":{"receipt":"a","quantity":"b","product":"c"}}""", """{"name":"x","currency":"EUR","colums":{}}""" })
        {
            File.WriteAllText(folder["bad.json"], text);
            Assert.That(() => SalesMapping.Load(folder["bad.json"]), Throws.TypeOf<SalesFileException>().With.Property("Code").EqualTo("MAPPING_INVALID"), text);
        }
    }

    static int Count(SalesFile file, LineKind kind) => file.Receipts.SelectMany(receipt => receipt.Lines).Count(line => line.Kind == kind);

    static SalesFile Read(string text, SalesMapping? mapping = null) => SalesFile.Read(new StringReader(text), mapping);
}
