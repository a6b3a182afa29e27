namespace EdgeRetail.DeviceCli.Tests.Commands;

/// <summary>Discounts, prices of one's own and several tenders at the command line, with the ledger opened by each command and through <c>run</c>.</summary>
[TestFixture(false)]
[TestFixture(true)]
[CancelAfter(300_000)]
sealed class SaleLineTests(bool behindRun)
{
    KioskMachine kiosk = null!;

    [SetUp]
    public async Task Enrolled()
    {
        kiosk = await KioskMachine.EnrolledAsync();
        if (behindRun) await kiosk.KeepRunningAsync();
    }

    [TearDown]
    public async Task Closed() => await kiosk.DisposeAsync();

    [Test]
    public async Task What_was_taken_off_paid_and_given_back_stands_on_the_receipt()
    {
        var sold = (await kiosk.RunAsync(
            "sell", $"{KioskMachine.Milk}*2~10%", "CHEESE-1*0.375@18", "--reason", "last day", "--approver", "eve", "--tender", "card=5", "--tender", "cash=10")).Succeeds();
        sold.IsReadable();
        Assert.That(sold.Text, Does.Contain("discount: last day").And.Contain("(-0.26)").And.Contain("price was 19.99: last day").And.Contain("approved by eve")
            .And.Contain("Total EUR 9.07, card 5.00, cash 10.00, change 5.93"));
        var json = (await kiosk.RunAsync("sell", KioskMachine.Cola, "--discount", "0.09", "--json")).Succeeds().Json.GetProperty("receiptView");
        Assert.That((json.GetProperty("totalMinor").GetInt64(), json.GetProperty("lines")[0].GetProperty("discount").GetProperty("amountMinor").GetInt64()), Is.EqualTo((90L, 9L)));
        (await kiosk.RunAsync("verify", "--json")).Succeeds();
    }

    [TestCase(1, "TENDERS_BELOW_TOTAL", "sell", "4006381333931", "--tender", "card=1")]
    [TestCase(1, "CHANGE_EXCEEDS_CASH", "sell", "4006381333931", "--tender", "card=2")]
    [TestCase(1, "TENDERS_OPEN", "sell", "4006381333931", "--tender", "card", "--tender", "cash")]
    [TestCase(1, "TENDER_INVALID", "sell", "4006381333931", "--tender", "cash=-1")]
    [TestCase(2, "PRICE_INVALID", "sell", "4006381333931", "--tender", "cash=much")]
    [TestCase(2, "USAGE", "sell", "4006381333931", "--tender", "shells=3")]
    [TestCase(1, "DISCOUNT_EXCEEDS_PRICE", "sell", "4006381333931~2")]
    [TestCase(1, "DISCOUNT_INVALID", "sell", "4006381333931~101%")]
    [TestCase(2, "LINE_INVALID", "receive", "4006381333931*2~10%")]
    [TestCase(2, "LINE_INVALID", "count", "4006381333931*2~10%")]
    [TestCase(2, "LINE_INVALID", "refund", "4006381333931~10%", "--reason", "r")]
    public async Task What_cannot_be_paid_or_taken_off_is_refused(int exitCode, string code, params string[] arguments)
    {
        Assert.That((await kiosk.RunAsync([.. arguments, "--json"])).Error, Is.EqualTo((exitCode, code)));
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.Zero);
    }
}
