using System.Net;
using System.Text;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Tests.Api;

[TestFixture]
sealed class SaleApiTests : ApiFixture
{
    static readonly Guid Command = new("aaaaaaaa-0000-4000-8000-000000000001");

    [Test]
    public async Task A_sale_answers_with_the_receipt_as_the_ledger_has_it()
    {
        var recorded = await Read(await PostFromPage(new("ann", [new(Shop.Chocolate, 2000), new(Shop.Cheese, 375)], "card", Command)), ApiJson.Default.RecordedResponse);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(recorded.Receipt, Is.EqualTo("T1-1-000001"));
            Assert.That(recorded.Replayed, Is.False);
            Assert.That(recorded.ReceiptView!.TotalMinor, Is.EqualTo(498 + 750));
            Assert.That(recorded.ReceiptView.Lines.Select(line => line.Name), Is.EqualTo(new[] { "Dark chocolate 70 %", "Mountain cheese" }));
            Assert.That(recorded.ReceiptView.Lines[1].Unit, Is.EqualTo("kilogram"));
            Assert.That(recorded.ReceiptView.Tenders, Is.EqualTo(new[] { new TenderView("card", 1248) }));
            Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
        }

        var again = await Read(await Shop.Browser().GetAsync($"/api/v1/receipts/{recorded.Receipt}"), ApiJson.Default.ReceiptView);
        Assert.That(again.EntryId, Is.EqualTo(recorded.EntryId));
    }

    [Test]
    public async Task Several_tenders_a_discount_and_a_price_of_its_own_are_sold_as_asked_and_shown_so()
    {
        var recorded = await Read(
            await PostFromPage(new(
                "ann", [new(Shop.Chocolate, 2000, 200, PriceReason: "label", Discount: new(null, 1000, "last ones"))], null, Command,
                [new("card", 100), new("cash", 500)], "eve")),
            ApiJson.Default.RecordedResponse);

        var receipt = recorded.ReceiptView!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(receipt.TotalMinor, Is.EqualTo(360));
            Assert.That(receipt.Lines[0].Discount, Is.EqualTo(new DiscountView(40, "last ones", "eve")));
            Assert.That(receipt.Lines[0].Override, Is.EqualTo(new OverrideView(249, "label", "eve")));
            Assert.That(receipt.Tenders, Is.EqualTo(new[] { new TenderView("card", 100), new TenderView("cash", 500), new TenderView("cash", -240) }));
        }
    }

    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000}],"tender":"cash","tenders":[{"kind":"cash"}]}""", "TENDER_AMBIGUOUS")]
    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000}]}""", "TENDER_UNKNOWN")]
    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000}],"tenders":[{"kind":"shells"}]}""", "TENDER_UNKNOWN")]
    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000}],"tenders":[]}""", "TENDER_MISSING")]
    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000}],"tenders":[{"kind":"card","amountMinor":1}]}""", "TENDERS_BELOW_TOTAL")]
    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000}],"tenders":[{"kind":"card","amountMinor":100000}]}""", "CHANGE_EXCEEDS_CASH")]
    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000,"discount":{}}],"tender":"cash"}""", "DISCOUNT_INVALID")]
    [TestCase("""{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000,"discount":{"amountMinor":100000}}],"tender":"cash"}""", "DISCOUNT_EXCEEDS_PRICE")]
    public async Task What_cannot_be_paid_or_taken_off_is_refused_with_its_code(string body, string code)
    {
        var response = await Shop.Socket().PostAsync("/api/v1/sales", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.That((await ProblemOf(response)).Code, Is.EqualTo(code));
        Assert.That(Shop.SalesInLedger, Is.Zero);
    }

    [Test]
    public async Task The_same_command_sent_twenty_times_at_once_is_one_sale()
    {
        var token = await Shop.Token();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var request = await Shop.PageRequest(HttpMethod.Post, "/api/v1/sales", Shop.Json(Shop.Sale(Command)));
            return await Read(await Shop.Browser().SendAsync(request), ApiJson.Default.RecordedResponse);
        }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(token, Has.Length.EqualTo(64));
            Assert.That(answers.Select(answer => answer.Receipt).Distinct(), Is.EqualTo(new[] { "T1-1-000001" }));
            Assert.That(answers.Count(answer => !answer.Replayed), Is.EqualTo(1));
            Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task The_same_command_with_another_basket_is_refused()
    {
        await PostFromPage(Shop.Sale(Command));
        var problem = await ProblemOf(await PostFromPage(Shop.Sale(Command, count: 2)));

        Assert.That((problem.Status, problem.Code), Is.EqualTo((422, "COMMAND_REUSED")));
        Assert.That(Shop.SalesInLedger, Is.EqualTo(1));
    }

    [TestCase("5000159407236", "UNKNOWN_PRODUCT")]
    [TestCase("4006381333932", "WRONG_CHECK_DIGIT")]
    [TestCase("", "PRODUCT_CODE_EMPTY")]
    [TestCase("naïve", "PRODUCT_CODE_INVALID")]
    public async Task What_the_ledger_cannot_take_is_refused_with_the_next_step(string product, string code)
    {
        var problem = await ProblemOf(await PostFromPage(Shop.Sale(product: product)));

        Assert.That((problem.Status, problem.Code), Is.EqualTo((422, code)));
        Assert.That(Shop.SalesInLedger, Is.Zero);
    }

    [Test]
    public async Task An_unknown_product_is_sold_with_a_description_and_a_price()
    {
        var recorded = await Read(await PostFromPage(new("ann", [new("5000159407236", 1000, 99, null, "Bar from the box at the door", true)], "cash")), ApiJson.Default.RecordedResponse);

        Assert.That(recorded.ReceiptView!.Lines.Single(), Is.EqualTo(new ReceiptLineView(1, "05000159407236", "5000159407236", "Bar from the box at the door", 1000, "each", 99, 99, true)));
    }

    [TestCase("""{"actor":"a","lines":[{"product":"4006381333931","quantityThousandths":0}],"tender":"cash"}""", 422, "QUANTITY_NOT_POSITIVE")]
    [TestCase("""{"actor":"a","lines":[{"product":"4006381333931","quantityThousandths":9000000000000000000}],"tender":"cash"}""", 422, "QUANTITY_TOO_LARGE")]
    [TestCase("""{"actor":"a","lines":[{"product":"4006381333931","quantityThousandths":1000,"amountMinor":-1}],"tender":"cash"}""", 422, "AMOUNT_NEGATIVE")]
    [TestCase("""{"actor":"a","lines":[],"tender":"cash"}""", 422, "LINES_MISSING")]
    [TestCase("""{"actor":"a\u0000","lines":[{"product":"4006381333931","quantityThousandths":1000}],"tender":"cash"}""", 422, "TEXT_INVALID")]
    [TestCase("""{"actor":"a","lines":[{"product":"4006381333931","quantityThousandths":1000}],"tender":"beads"}""", 422, "TENDER_UNKNOWN")]
    [TestCase("""{"actor":"a","lines":[{"product":"4006381333931","quantityThousandths":1000,"unit":"dozen"}],"tender":"cash"}""", 422, "UNIT_UNKNOWN")]
    [TestCase("""{"actor":"a","lines":[{"product":"4006381333931","quantityThousandths":1.5}],"tender":"cash"}""", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("""{"actor":"a","lines":[{"product":"4006381333931","quantityThousandths":"1000"}],"tender":"cash"}""", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("""{"actor":"a\ud800","lines":[],"tender":"cash"}""", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("""{"actor":"a","lines":[null],"tender":"cash"}""", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("""{"actor":null,"lines":[],"tender":"cash"}""", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("""{"actor":"a","lines":[],"tender":"cash","commandid":"aaaaaaaa-0000-4000-8000-000000000001"}""", 400, "BODY_NOT_UNDERSTOOD", Description = "A mistyped command id must not make a retry a second sale.")]
    [TestCase("""{"actor":"a","lines":[],"tender":"cash","commandId":"not one"}""", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("null", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("", 400, "BODY_NOT_UNDERSTOOD")]
    [TestCase("[[[[[", 400, "BODY_NOT_UNDERSTOOD")]
    public async Task A_body_that_makes_no_sense_is_named_and_nothing_is_sold(string body, int status, string code)
    {
        using var request = await Shop.PageRequest(HttpMethod.Post, "/api/v1/sales", new StringContent(body, Encoding.UTF8, "application/json"));
        var problem = await ProblemOf(await Shop.Browser().SendAsync(request));

        Assert.That((problem.Status, problem.Code), Is.EqualTo((status, code)), problem.Detail);
        Assert.That(Shop.SalesInLedger, Is.Zero);
    }

    [Test]
    public async Task A_body_nested_a_thousand_deep_is_refused()
    {
        using var request = await Shop.PageRequest(HttpMethod.Post, "/api/v1/sales", new StringContent(new string('[', 1000), Encoding.UTF8, "application/json"));
        Assert.That((await ProblemOf(await Shop.Browser().SendAsync(request))).Code, Is.EqualTo("BODY_NOT_UNDERSTOOD"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_body_above_64_KB_is_refused(bool lengthSaid)
    {
        var content = new StringContent("{\"actor\":\"" + new string('a', 65 * 1024) + "\"}", Encoding.UTF8, "application/json");
        using var request = await Shop.PageRequest(HttpMethod.Post, "/api/v1/sales", content);
        if (!lengthSaid) request.Headers.TransferEncodingChunked = true;
        var response = await Shop.Browser().SendAsync(request);

        Assert.That((response.StatusCode, (await ProblemOf(response)).Code), Is.EqualTo((HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE")));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task Only_JSON_is_read(string contentType)
    {
        using var request = await Shop.PageRequest(HttpMethod.Post, "/api/v1/sales", new StringContent("{}", Encoding.UTF8, contentType));
        Assert.That((await ProblemOf(await Shop.Browser().SendAsync(request))).Code, Is.EqualTo("CONTENT_TYPE_NOT_JSON"));
    }
}
