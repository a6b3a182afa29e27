using System.Text;
using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.CloudSync.Tests.Catalogue;

public sealed class CatalogueFileTests
{
    static readonly Currency Euro = Currency.Parse("EUR");

    [Test]
    public async Task Columns_stand_in_any_order_and_case_and_others_are_left_alone()
    {
        var rows = await ReadAsync("Price,stock,NAME,gtin,Size,Brand,unit\n3.49,7,\"Müsli, fein\",4006381333931,500 g,Alma,kg\n");

        var row = ((CatalogueRowReading.Accepted)rows.Single()).Row;
        Assert.That(row.Code.Value, Is.EqualTo("04006381333931"));
        Assert.That((row.Name, row.Brand, row.Size, row.Price, row.Unit), Is.EqualTo(("Müsli, fein", "Alma", "500 g", new Money(349, Euro), Unit.Kilogram)));
    }

    [Test]
    public async Task Columns_of_another_name_are_mapped_and_a_missing_price_has_a_default()
    {
        var options = Options() with { Columns = new Dictionary<string, string> { ["gtin"] = "code", ["name"] = "product_name" }, DefaultPrice = new Money(199, Euro) };
        var rows = await ReadAsync("code,product_name,name\n4006381333931,Pen,not this one\n", options);

        Assert.That(((CatalogueRowReading.Accepted)rows.Single()).Row, Is.EqualTo(new CatalogueRow(Contracts.Identifiers.ProductCode.Parse("04006381333931"), "Pen", "", "", new(199, Euro), Unit.Each)));
    }

    [Test]
    public async Task Tax_and_pack_are_read_where_the_row_has_them()
    {
        var rows = await ReadAsync("""
            gtin,name,price,tax_id,tax_rate,tax_inclusive,tax_rounding,pack_of,pack_content
            A1,Pen,1.00,DE19,19,,,,
            A2,Six pens,5.00,US7,7.25,no,half-even,A1,6
            A3,Half a wheel,45.00,,,,,CHEESE-1,2.5
            A4,Ink,2.00,Z,0.00,YES,Down,,
            A5,Cap,1.00,,,,,,

            """);
        Assert.That(rows.Select(row => ((CatalogueRowReading.Accepted)row).Row.Terms), Is.EqualTo(new[]
        {
            new ProductTerms(new("DE19", 1900, true, TaxRounding.HalfUp), null),
            new ProductTerms(new("US7", 725, false, TaxRounding.HalfEven), new(Contracts.Identifiers.ProductCode.Parse("A1"), 6000)),
            new ProductTerms(null, new(Contracts.Identifiers.ProductCode.Parse("CHEESE-1"), 2500)),
            new ProductTerms(new("Z", 0, true, TaxRounding.Down), null),
            ProductTerms.None,
        }));
    }

    [TestCase(",19,,,,", "TAX_ID_INVALID")]
    [TestCase("RATE-OF-17-LETTERS,19,,,,", "TAX_ID_INVALID")]
    [TestCase("DE19,,,,,", "TAX_RATE_INVALID")]
    [TestCase("DE19,abc,,,,", "TAX_RATE_INVALID")]
    [TestCase("DE19,-1,,,,", "TAX_RATE_INVALID")]
    [TestCase("DE19,7.255,,,,", "TAX_RATE_INVALID")]
    [TestCase("DE19,100.01,,,,", "TAX_RATE_INVALID")]
    [TestCase("DE19,79228162514264337593543950335,,,,", "TAX_RATE_INVALID")]
    [TestCase("DE19,19,maybe,,,", "TAX_INCLUSIVE_INVALID")]
    [TestCase("DE19,19,,sideways,,", "TAX_ROUNDING_INVALID")]
    [TestCase(",,,,,6", "PACK_OF_MISSING")]
    [TestCase(",,,,A1,6", "PACK_OF_ITSELF")]
    [TestCase(",,,,B2,", "PACK_CONTENT_INVALID")]
    [TestCase(",,,,B2,0", "PACK_CONTENT_INVALID")]
    [TestCase(",,,,B2,0.0005", "PACK_CONTENT_INVALID")]
    [TestCase(",,,,4006381333932,6", "WRONG_CHECK_DIGIT")]
    public async Task A_tax_or_pack_that_cannot_be_is_told_with_its_line_and_code(string fields, string code)
    {
        var rows = await ReadAsync($"gtin,name,price,tax_id,tax_rate,tax_inclusive,tax_rounding,pack_of,pack_content\nA1,Pen,1.00,{fields}\nB2,Ink,2.50,,,,,,\n");
        Assert.That((rows[0] as CatalogueRowReading.Bad)?.Code, Is.EqualTo(code));
        Assert.That(rows[1], Is.InstanceOf<CatalogueRowReading.Accepted>());
    }

    [TestCase("4006381333932,Pen,1.00", "WRONG_CHECK_DIGIT")]
    [TestCase(",Pen,1.00", "PRODUCT_CODE_EMPTY")]
    [TestCase("a§b,Pen,1.00", "PRODUCT_CODE_INVALID")]
    [TestCase("A1,,1.00", "NAME_MISSING")]
    [TestCase("A1,\"  \",1.00", "NAME_MISSING")]
    [TestCase("A1,Pen,", "PRICE_MISSING")]
    [TestCase("A1,Pen,abc", "PRICE_INVALID")]
    [TestCase("A1,Pen,\"1,50\"", "PRICE_INVALID")]
    [TestCase("A1,Pen,NaN", "PRICE_INVALID")]
    [TestCase("A1,Pen,1e3", "PRICE_INVALID")]
    [TestCase("A1,Pen,-1.00", "PRICE_NEGATIVE")]
    [TestCase("A1,Pen,1.005", "PRICE_TOO_FINE")]
    [TestCase("A1,Pen,99999999999999999999", "PRICE_TOO_LARGE")]
    [TestCase("A1,Pen", "FIELD_COUNT_WRONG")]
    [TestCase("A1,Pen,1.00,x", "FIELD_COUNT_WRONG")]
    [TestCase("A1,P\0en,1.00", "TEXT_INVALID")]
    [TestCase("\"A1\"x,Pen,1.00", "QUOTE_MISPLACED")]
    public async Task A_bad_row_is_told_with_its_line_and_code_and_the_next_is_taken(string row, string code)
    {
        var rows = await ReadAsync($"gtin,name,price\n{row}\nB2,Ink,2.50\n");

        Assert.That(rows, Has.Count.EqualTo(2));
        Assert.That(rows[0], Is.InstanceOf<CatalogueRowReading.Bad>());
        Assert.That((rows[0].Line, ((CatalogueRowReading.Bad)rows[0]).Code), Is.EqualTo((2, code)));
        Assert.That(((CatalogueRowReading.Accepted)rows[1]).Row.Name, Is.EqualTo("Ink"));
    }

    [Test]
    public async Task Text_that_is_too_long_is_refused()
    {
        var rows = await ReadAsync($"gtin,name,price\nA1,{new string('x', 201)},1\nA2,{new string('x', 200)},1\n{new string('9', 49)},n,1\n");

        Assert.That(rows.Select(Code), Is.EqualTo(new[] { "TEXT_TOO_LONG", "", "PRODUCT_CODE_TOO_LONG" }));
    }

    [Test]
    public async Task Bytes_that_are_no_UTF_8_spoil_their_row_only()
    {
        byte[] file = [.. "gtin,name,price\nA1,"u8, 0xC3, 0x28, .. ",1.00\nA2,Caf"u8, 0xC3, 0xA9, .. ",1.00\n"u8];
        var rows = await ReadAsync(new MemoryStream(file), Options());

        Assert.That(rows.Select(Code), Is.EqualTo(new[] { "TEXT_NOT_UTF8", "" }));
        Assert.That(((CatalogueRowReading.Accepted)rows[1]).Row.Name, Is.EqualTo("Café"));
    }

    [Test]
    public async Task The_same_product_twice_names_the_line_that_is_taken()
    {
        var rows = await ReadAsync("gtin,name,price\n4006381333931,Pen,1.00\nA1,Ink,1.00\n04006381333931,Pen again,2.00\n");

        Assert.That(((CatalogueRowReading.Bad)rows[2]).Message, Is.EqualTo("The product 4006381333931 stands on line 2 already; that row is taken."));
    }

    [Test]
    public async Task Prices_have_the_digits_of_their_currency()
    {
        var yen = Currency.Parse("JPY");
        var rows = await ReadAsync("gtin,name,price\nA1,Tea,150\nA2,Rice,150.5\n", Options() with { Currency = yen });

        Assert.That(((CatalogueRowReading.Accepted)rows[0]).Row.Price, Is.EqualTo(new Money(150, yen)));
        Assert.That(Code(rows[1]), Is.EqualTo("PRICE_TOO_FINE"));
    }

    [Test]
    public async Task A_prefix_keeps_numbers_of_a_shop_apart_from_GTINs()
    {
        var rows = await ReadAsync("gtin,name,price\n12345678,Nail,1.00\n", Options() with { CodePrefix = "CJ-" });

        Assert.That(((CatalogueRowReading.Accepted)rows.Single()).Row.Code.Value, Is.EqualTo("CJ-12345678"));
    }

    [Test]
    public async Task Line_breaks_within_a_name_become_spaces()
    {
        var rows = await ReadAsync("gtin,name,price\nA1,\" two\r\nlines\t \",1.00\nA2,x,1\n");

        Assert.That(((CatalogueRowReading.Accepted)rows[0]).Row.Name, Is.EqualTo("two lines"));
        Assert.That(rows[1].Line, Is.EqualTo(4));
    }

    [TestCase("", "FILE_EMPTY")]
    [TestCase("\n\n", "FILE_EMPTY")]
    [TestCase("\"gtin,name\n", "HEADER_UNREADABLE")]
    [TestCase("code,name,price\n", "COLUMN_MISSING")]
    [TestCase("gtin,title,price\n", "COLUMN_MISSING")]
    [TestCase("gtin,name\n", "COLUMN_MISSING")]
    [TestCase("gtin,name,price,Name\n", "COLUMN_REPEATED")]
    public async Task A_header_that_says_too_little_stops_the_import(string file, string code)
    {
        var (catalogue, problem) = await CatalogueFile.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), Options(), CancellationToken.None);

        Assert.That(catalogue, Is.Null);
        Assert.That(problem?.Code, Is.EqualTo(code));
        Assert.That(problem?.NextStep, Is.Not.Empty);
    }

    static string Code(CatalogueRowReading row) => (row as CatalogueRowReading.Bad)?.Code ?? "";

    static CatalogueFileOptions Options() => new(Euro, new Dictionary<string, string>());

    static Task<List<CatalogueRowReading>> ReadAsync(string file, CatalogueFileOptions? options = null) =>
        ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), options ?? Options());

    static async Task<List<CatalogueRowReading>> ReadAsync(Stream stream, CatalogueFileOptions options)
    {
        var (file, problem) = await CatalogueFile.OpenAsync(stream, options, CancellationToken.None);
        Assert.That(problem, Is.Null);
        return await file!.ReadAsync(CancellationToken.None).ToListAsync();
    }
}
