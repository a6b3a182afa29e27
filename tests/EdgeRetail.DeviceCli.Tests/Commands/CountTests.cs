namespace EdgeRetail.DeviceCli.Tests.Commands;

/// <summary>Counting at the command line, with the ledger opened by each command and through <c>run</c>.</summary>
[TestFixture(false)]
[TestFixture(true)]
[CancelAfter(300_000)]
sealed class CountTests(bool behindRun)
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
    public async Task What_was_counted_is_on_hand_and_explained()
    {
        (await kiosk.RunAsync("receive", $"{KioskMachine.Milk}*24", "--json")).Succeeds();
        (await kiosk.RunAsync("count", $"{KioskMachine.Milk}*20", $"{KioskMachine.Cola}*0", "--sheet", "5d1cfb6c-6f3b-4f0e-9b7e-0a4c6f6f3a11", "--json")).Succeeds();
        (await kiosk.RunAsync("sell", $"{KioskMachine.Milk}*3", "--json")).Succeeds();
        var explained = (await kiosk.RunAsync("explain", KioskMachine.Milk, "--json")).Succeeds().Json;
        Assert.That(explained.GetProperty("onHandThousandths").GetInt64(), Is.EqualTo(17_000));
        Assert.That(explained.GetProperty("pending").EnumerateArray().Select(entry => entry.GetProperty("adjustmentThousandths").GetInt64()), Is.EqualTo(new[] { 24_000L, -4_000, -3_000 }));
        var words = (await kiosk.RunAsync("explain", KioskMachine.Milk)).Succeeds();
        words.IsReadable();
        Assert.That(words.Text, Does.Contain("counted here: 20").And.Contain("on hand, as shown"));
        (await kiosk.RunAsync("verify", "--json")).Succeeds();
    }

    [TestCase(2, "LINE_INVALID", "count", "4006381333931")]
    [TestCase(2, "LINE_INVALID", "count", "4006381333931*2@1.29")]
    [TestCase(1, "QUANTITY_NOT_POSITIVE", "count", "4006381333931*-1")]
    [TestCase(2, "USAGE", "count")]
    [TestCase(1, "WRONG_CHECK_DIGIT", "explain", "4006381333932")]
    public async Task What_nobody_can_count_is_refused(int exitCode, string code, params string[] arguments)
    {
        Assert.That((await kiosk.RunAsync([.. arguments, "--json"])).Error, Is.EqualTo((exitCode, code)));
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.Zero);
    }
}
