using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.BadInput;

/// <summary>What a page, a scanner or somebody with curl sends to the agent: refused with a code and a next step, and nothing recorded.</summary>
public sealed class KioskApiTests
{
    Shop shop = null!;
    Kiosk kiosk = null!;
    long recorded;

    [OneTimeSetUp]
    public async Task Open()
    {
        shop = await Shop.OpenAsync();
        kiosk = await shop.AddKioskAsync();
        await shop.DrainAsync();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        try
        {
            await kiosk.SellAsync(3, new(1));
            await shop.DrainAsync();
            await shop.CheckAsync();
        }
        finally
        {
            await shop.DisposeAsync();
        }
    }

    [SetUp]
    public void Count() => recorded = kiosk.Ledger.Scalar<long>("select count(*) from entry");

    [TearDown]
    public void Nothing_was_recorded() => Assert.That(kiosk.Ledger.Scalar<long>("select count(*) from entry"), Is.EqualTo(recorded));

    static IEnumerable<TestCaseData> RefusedSales()
    {
        var known = Goods.Codes[0];
        yield return Case("A_wrong_check_digit", Sale(Line(known[..12] + (known[12] == '0' ? '1' : '0'))), 422, "WRONG_CHECK_DIGIT");
        yield return Case("An_unknown_GTIN", Sale(Line(Goods.Unknown)), 422, "UNKNOWN_PRODUCT");
        yield return Case("No_product", Sale(Line("")), 422, "PRODUCT_CODE_EMPTY");
        yield return Case("A_product_code_with_NUL", Sale("""{"product":"A\u0000B","quantityThousandths":1000}"""), 422, "PRODUCT_CODE_INVALID");
        yield return Case("A_product_code_that_never_ends", Sale(Line(new('A', 5000))), 422, "PRODUCT_CODE_TOO_LONG");
        yield return Case("A_quantity_of_zero", Sale(Line(known, 0)), 422, "QUANTITY_NOT_POSITIVE");
        yield return Case("A_negative_quantity", Sale(Line(known, -1000)), 422, "QUANTITY_NOT_POSITIVE");
        yield return Case("An_absurd_quantity", Sale(Line(known, 1_000_000_001)), 422, "QUANTITY_TOO_LARGE");
        yield return Case("The_largest_quantity_there_is", Sale(Line(known, long.MaxValue)), 422, "QUANTITY_TOO_LARGE");
        yield return Case("An_absurd_price", Sale($$"""{"product":"{{known}}","quantityThousandths":1000,"unitPriceMinor":10000000001}"""), 422, "AMOUNT_TOO_LARGE");
        yield return Case("A_price_that_overflows", Sale($$"""{"product":"{{known}}","quantityThousandths":1000000000,"unitPriceMinor":9223372036854775807}"""), 422, "AMOUNT_TOO_LARGE");
        yield return Case("A_negative_amount", Sale($$"""{"product":"{{known}}","quantityThousandths":1000,"amountMinor":-1}"""), 422, "AMOUNT_NEGATIVE");
        yield return Case("An_over_long_description", Sale(Unknown(new('x', 201))), 422, "TEXT_TOO_LONG");
        yield return Case("A_description_with_NUL", Sale(Unknown(@"a\u0000b")), 422, "TEXT_INVALID");
        yield return Case("A_description_with_a_lone_surrogate", Sale(Unknown(@"a\ud800b")), 400, "BODY_NOT_UNDERSTOOD");
        yield return Case("An_over_long_actor", $$"""{"actor":"{{new string('x', 65)}}","lines":[{{Line(known)}}],"tender":"cash"}""", 422, "TEXT_TOO_LONG");
        yield return Case("No_lines", Sale(), 422, "LINES_MISSING");
        yield return Case("Too_many_lines", Sale([.. Enumerable.Repeat(Line(known), 1001)]), 422, "TOO_MANY_LINES");
        yield return Case("A_mistyped_member", $$"""{"actor":"anna","lines":[{{Line(known)}}],"tender":"cash","commandid":"{{Guid.NewGuid()}}"}""", 400, "BODY_NOT_UNDERSTOOD");
        yield return Case("A_fraction_where_an_integer_stands", Sale($$"""{"product":"{{known}}","quantityThousandths":1000.5}"""), 400, "BODY_NOT_UNDERSTOOD");
        yield return Case("A_number_beyond_64_bits", Sale($$"""{"product":"{{known}}","quantityThousandths":99999999999999999999}"""), 400, "BODY_NOT_UNDERSTOOD");
        yield return Case("No_JSON_at_all", "sell me something", 400, "BODY_NOT_UNDERSTOOD");
        yield return Case("Half_a_document", """{"actor":"anna","lines":[""", 400, "BODY_NOT_UNDERSTOOD");
        yield return Case("Nothing", "", 400, "BODY_NOT_UNDERSTOOD");
        yield return Case("Deep_nesting", string.Concat(Enumerable.Repeat("[", 5000)), 400, "BODY_NOT_UNDERSTOOD");
    }

    [TestCaseSource(nameof(RefusedSales))]
    public void Is_refused_with_a_code_and_records_nothing(string body, int status, string code)
    {
        var refusal = Assert.CatchAsync<KioskRefusal>(async () => await kiosk.Api.PostTextAsync("/api/v1/sales", body))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Status, Is.EqualTo(status), refusal.Message);
            Assert.That(refusal.Code, Is.EqualTo(code), refusal.Message);
            Assert.That(refusal.Message, Does.Contain("nextStep"), "what to do next");
        }
    }

    [Test]
    public async Task A_command_id_that_was_used_for_another_basket_is_refused()
    {
        var basket = Basket.Of(new BasketLine(Goods.Codes[1]));
        await kiosk.SellAsync(basket);
        recorded++;
        var again = Assert.CatchAsync<KioskRefusal>(async () => await kiosk.TrySellAsync(basket with { Lines = [new(Goods.Codes[2])] }))!;
        Assert.That(again.Code, Is.EqualTo("COMMAND_REUSED"));
    }

    [Test]
    public async Task Fifty_taps_on_sell_are_one_sale()
    {
        var basket = Basket.Of(new BasketLine(Goods.Codes[3]));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => kiosk.SellAsync(basket)));
        recorded++;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Select(answer => answer.Entry).Distinct().Count(), Is.EqualTo(1));
            Assert.That(answers.Count(answer => !answer.Replayed), Is.EqualTo(1));
        }
    }

    static TestCaseData Case(string name, string body, int status, string code) => new TestCaseData(body, status, code).SetArgDisplayNames(name);

    static string Line(string product, long quantity = 1000) => $$"""{"product":"{{product}}","quantityThousandths":{{quantity}}}""";

    static string Unknown(string description) =>
        $$"""{"product":"{{Goods.Unknown}}","quantityThousandths":1000,"unitPriceMinor":100,"description":"{{description}}","unknown":true}""";

    static string Sale(params string[] lines) => $$"""{"actor":"anna","lines":[{{string.Join(',', lines)}}],"tender":"cash"}""";
}
