using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Network;

/// <summary>
/// The device in a network of its own, and what the kernel does to the cable out of it. Devices and cloud speak on loopback
/// until they know each other by mutual TLS: a bridge carries 127.0.0.1 in there to 127.0.0.1 out here, over the cable.
/// </summary>
public sealed class CableTests
{
    static IEnumerable<TestCaseData> Faults()
    {
        yield return Case("everything dropped", "oifname CABLE drop", "iifname CABLE drop");
        yield return Case("what the device sends dropped", "oifname CABLE drop");
        yield return Case("what the cloud sends dropped", "iifname CABLE drop");
        yield return Case("a fifth of all packets lost", "oifname CABLE numgen random mod 100 < 20 drop", "iifname CABLE numgen random mod 100 < 20 drop");
        yield return Case("connections reset", "oifname CABLE meta l4proto tcp reject with tcp reset");
        yield return Case("packets over 576 bytes swallowed without a word", "oifname CABLE meta length > 576 drop", "iifname CABLE meta length > 576 drop");
    }

    Shop shop = null!;
    NetworkNamespace network = null!;
    NamespaceBridge bridge = null!;
    Kiosk kiosk = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        network = await NetworkNamespace.MakeAsync();
        shop = await Shop.OpenAsync();
        kiosk = await shop.AddKioskAsync(start: false, launcher: network.Launcher);
        bridge = new(network, kiosk.Link.Port);
        await kiosk.StartAsync();
        await Eventually.IsTrue(
            async () => (await kiosk.StatusAsync()).GetProperty("catalogue").GetProperty("products").GetInt64() == Goods.Codes.Count, "the catalogue comes over the cable");
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        // What the machine lacks was said already.
        if (shop is null) return;
        try
        {
            await shop.CheckAsync();
        }
        finally
        {
            await shop.DisposeAsync();
            if (bridge is not null) await bridge.DisposeAsync();
            await network.DisposeAsync();
        }
    }

    [TearDown]
    public async Task Heal()
    {
        await network.HealAsync();
        await network.WidenAsync();
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_shop_sells_on_through_it_and_catches_up(string[] rules)
    {
        var random = new Random(1);
        await kiosk.SellAsync(20, random);
        await network.BreakAsync(rules);
        await kiosk.SellAsync(60, random);
        // The fault lasts: packets are sent again under it, and calls begun. Nothing relies on how often.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        await kiosk.SellAsync(20, random);
        await network.HealAsync();
        await shop.DrainAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(shop.History.Confirmed.Count));
    }

    [Test]
    public async Task A_backlog_goes_over_a_cable_of_64_kilobits()
    {
        await network.BreakAsync("oifname CABLE drop", "iifname CABLE drop");
        await kiosk.SellAsync(400, new(1));
        await network.NarrowAsync("64kbit");
        await network.HealAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await shop.DrainAsync();
        TestContext.Progress.WriteLine($"400 entries over 64 kbit/s: {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(shop.History.Confirmed.Count));
    }

    static TestCaseData Case(string name, params string[] rules) => new TestCaseData([rules]).SetArgDisplayNames(name);
}
