using System.Net;
using System.Net.Http.Json;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Tests.Api;

/// <summary>What the command line does through the socket of a running agent.</summary>
[TestFixture]
sealed class SocketApiTests : ApiFixture
{
    static readonly string[] SocketOnly =
        ["POST refunds", "POST goods-received", "POST stock-opened", "POST adjustments", "POST waste", "POST voids", "POST cash", "POST sync", "POST repair", "GET repair", "GET outbox", "GET verify"];

    [Test]
    public void Only_the_agents_own_user_may_open_the_socket() =>
        Assert.That(File.GetUnixFileMode(Shop.SocketPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));

    [Test]
    public async Task Stock_and_money_move_by_the_socket()
    {
        var socket = Shop.Socket();
        var sale = await Read(await socket.PostAsJsonAsync("/api/v1/sales", Shop.Sale(count: 2), ApiJson.Default.SaleRequest), ApiJson.Default.RecordedResponse);
        var refund = await Read(await socket.PostAsJsonAsync("/api/v1/refunds", new("ann", [new(Shop.Chocolate, 1000, sale.Receipt, 1)], "broken", "cash"), ApiJson.Default.RefundRequest), ApiJson.Default.RecordedResponse);
        await Read(await socket.PostAsJsonAsync("/api/v1/goods-received", new("ann", "DN 12", [new(Shop.Milk, 12_000)]), ApiJson.Default.GoodsReceivedRequest), ApiJson.Default.RecordedResponse);
        await Read(await socket.PostAsJsonAsync("/api/v1/stock-opened", new("ann", [new(Shop.Candle, 5_000)]), ApiJson.Default.StockOpenedRequest), ApiJson.Default.RecordedResponse);
        await Read(await socket.PostAsJsonAsync("/api/v1/adjustments", new("ann", Shop.Cheese, -450, "damaged", "mould"), ApiJson.Default.AdjustmentRequest), ApiJson.Default.RecordedResponse);
        await Read(await socket.PostAsJsonAsync("/api/v1/waste", new("ann", Shop.Cheese, 50, "own-use"), ApiJson.Default.WasteRequest), ApiJson.Default.RecordedResponse);
        var cash = await Read(await socket.PostAsJsonAsync("/api/v1/cash", new("ann", "float", 10_000), ApiJson.Default.CashRequest), ApiJson.Default.RecordedResponse);
        var outbox = await Read(await socket.GetAsync("/api/v1/outbox"), ApiJson.Default.OutboxResponse);
        var stock = await Read(await socket.GetAsync("/api/v1/stock"), ApiJson.Default.StockResponse);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refund.ReceiptView!.Kind, refund.ReceiptView.TotalMinor, refund.ReceiptView.Reason), Is.EqualTo(("refund", 249, "broken")));
            Assert.That(cash.ReceiptView, Is.Null);
            Assert.That(outbox.Items.Select(item => item.Kind), Is.EqualTo(new[] { "saleRecorded", "refundRecorded", "goodsReceived", "stockOpened", "stockAdjusted", "stockWasted", "cashMoved" }));
            Assert.That(outbox.Count, Is.EqualTo(7));
            Assert.That(stock.Items.ToDictionary(item => item.Display, item => item.OnHandThousandths), Is.SupersetOf(new Dictionary<string, long>
            {
                [Shop.Chocolate] = 23_000, [Shop.Milk] = 18_000, [Shop.Candle] = 5_000, [Shop.Cheese] = 11_950,
            }));
        }
    }

    [TestCase("adjustments", """{"actor":"a","product":"CHEESE-1","deltaThousandths":1,"reason":"whim"}""", "REASON_UNKNOWN")]
    [TestCase("voids", """{"actor":"a","receipt":"nonsense","reason":"r"}""", "RECEIPT_INVALID")]
    [TestCase("voids", """{"actor":"a","receipt":"T1-1-000099","reason":"r"}""", "RECEIPT_NOT_FOUND")]
    [TestCase("waste", """{"actor":"a","product":"CHEESE-1","quantityThousandths":1,"reason":"own use"}""", "REASON_UNKNOWN")]
    [TestCase("waste", """{"actor":"a","product":"CHEESE-1","quantityThousandths":-1,"reason":"theft"}""", "QUANTITY_NOT_POSITIVE")]
    [TestCase("waste", """{"actor":"a","product":"CHEESE-1","quantityThousandths":1,"unit":"dozen","reason":"theft"}""", "UNIT_UNKNOWN")]
    [TestCase("cash", """{"actor":"a","movement":"sideways","amountMinor":1}""", "CASH_MOVEMENT_UNKNOWN")]
    [TestCase("refunds", """{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000,"soldOn":"nonsense","soldLine":1}],"reason":"r","tender":"cash"}""", "RECEIPT_INVALID")]
    [TestCase("refunds", """{"actor":"a","lines":[{"product":"CHEESE-1","quantityThousandths":1000,"soldOn":"T1-1-000099","soldLine":1}],"reason":"r","tender":"cash"}""", "RECEIPT_NOT_FOUND")]
    public async Task A_word_that_has_no_meaning_here_is_refused(string path, string body, string code)
    {
        var response = await Shop.Socket().PostAsync($"/api/v1/{path}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.That((await ProblemOf(response)).Code, Is.EqualTo(code));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task A_void_answers_with_the_receipt_that_it_took_back()
    {
        var socket = Shop.Socket();
        var sale = await Read(await socket.PostAsJsonAsync("/api/v1/sales", Shop.Sale(count: 2), ApiJson.Default.SaleRequest), ApiJson.Default.RecordedResponse);
        var command = new VoidRequest("bob", sale.Receipt!, "wrong basket", "eve", new Guid("dddddddd-0000-4000-8000-000000000001"));
        var done = await Read(await socket.PostAsJsonAsync("/api/v1/voids", command, ApiJson.Default.VoidRequest), ApiJson.Default.RecordedResponse);
        var again = await Read(await socket.PostAsJsonAsync("/api/v1/voids", command, ApiJson.Default.VoidRequest), ApiJson.Default.RecordedResponse);
        var refused = await ProblemOf(await socket.PostAsJsonAsync("/api/v1/voids", command with { CommandId = null }, ApiJson.Default.VoidRequest));
        var shown = await Read(await socket.GetAsync($"/api/v1/receipts/{sale.Receipt}"), ApiJson.Default.ReceiptView);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((done.Receipt, done.Replayed, done.ReceiptView!.Number), Is.EqualTo(((string?)null, false, sale.Receipt)));
            Assert.That(done.ReceiptView.Voided, Is.EqualTo(new VoidedView(done.EntryId, done.ReceiptView.Voided!.RecordedAt, "bob", "wrong basket", "eve")));
            Assert.That((again.EntryId, again.Replayed), Is.EqualTo((done.EntryId, true)));
            Assert.That(refused.Code, Is.EqualTo("SALE_VOIDED"));
            Assert.That(shown.Voided, Is.EqualTo(done.ReceiptView.Voided));
            Assert.That(sale.ReceiptView!.Voided, Is.Null);
        }
    }

    [Test]
    public async Task The_first_load_of_a_large_shop_fits_in_one_request()
    {
        var lines = Enumerable.Range(0, 2_500).Select(number => new StockLineRequest($"SKU-{number:D5}", 1000L * number)).ToList();
        await Read(await Shop.Socket(120).PostAsJsonAsync("/api/v1/stock-opened", new("ann", lines), ApiJson.Default.StockOpenedRequest), ApiJson.Default.RecordedResponse);

        var stock = await Read(await Shop.Socket().GetAsync("/api/v1/stock?product=SKU-02499"), ApiJson.Default.StockResponse);
        Assert.That(stock.Items.Single().OnHandThousandths, Is.EqualTo(2_499_000));
    }

    [Test]
    public async Task Verify_says_what_holds()
    {
        await PostFromPage(Shop.Sale());
        var verify = await Read(await Shop.Socket().GetAsync("/api/v1/verify"), ApiJson.Default.VerifyResponse);

        Assert.That(verify.Invariants, Is.Not.Empty);
        Assert.That(verify.Invariants.Where(invariant => invariant.Holds == false), Is.Empty);
    }

    [Test]
    public async Task Sync_can_be_asked_to_go_on_at_once()
    {
        var asked = await Read(await Shop.Socket().PostAsync("/api/v1/sync", null), ApiJson.Default.SyncResponse);
        Assert.That((asked.Asked, Shop.SyncsAsked), Is.EqualTo((true, 1)));
    }

    [TestCaseSource(nameof(SocketOnly))]
    public async Task What_changes_stock_or_money_otherwise_is_not_done_from_the_screen(string what)
    {
        var (method, path) = (what.Split(' ')[0], what.Split(' ')[1]);
        using var request = await Shop.PageRequest(new(method), $"/api/v1/{path}", method == "GET" ? null : new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        var problem = await ProblemOf(await Shop.Browser().SendAsync(request));

        Assert.That((problem.Status, problem.Code), Is.EqualTo((403, "SOCKET_ONLY")));
    }

    [Test]
    public async Task The_socket_of_an_agent_that_was_killed_is_replaced()
    {
        await Shop.Stop();
        await File.WriteAllTextAsync(Shop.SocketPath, "left behind");
        await Shop.Start();

        Assert.That((await Shop.Socket().GetAsync("/api/v1/status")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
