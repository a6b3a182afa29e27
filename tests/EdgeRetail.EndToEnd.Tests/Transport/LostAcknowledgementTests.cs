using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Transport;

/// <summary>The cloud has committed, and the device does not hear of it.</summary>
public sealed class LostAcknowledgementTests
{
    [Test]
    public async Task A_sale_whose_acknowledgement_was_lost_is_stored_once()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        kiosk.Link.Swallow(LinkDirection.Down);
        var sale = await kiosk.SellAsync(Goods.Codes[0]);
        await Eventually.IsTrue(() => shop.IsInJournalAsync(sale), "the cloud commits the sale");
        var status = await kiosk.StatusAsync();
        Assert.That(status.GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(1), "the device cannot know yet");

        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.StockAsync(kiosk.Store, Goods.Codes[0]), Is.EqualTo(-1000));
    }

    [Test]
    public async Task Acknowledgements_cut_off_after_any_byte_lose_nothing([ValueSource(nameof(CutSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await using var customers = new Customers(kiosk, seed, TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < 10; i++)
        {
            // An acknowledgement with its frame header has some 150 bytes, a page some hundreds.
            var cut = kiosk.Link.CutAfter(LinkDirection.Down, random.Next(1, 1200));
            await kiosk.HurryUntilAsync(cut);
            Assert.That(cut.IsCompletedSuccessfully, "the link was cut");
        }

        await customers.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(kiosk.Link.LinksOpened, Is.GreaterThan(10));
    }

    [Test]
    public async Task Batches_cut_off_after_any_byte_are_taken_whole_or_not_at_all([ValueSource(nameof(CutSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        for (var i = 0; i < 10; i++)
        {
            kiosk.Link.Stall(LinkDirection.Up);
            await kiosk.SellAsync(random.Next(1, 60), random);
            kiosk.Link.Heal();
            var cut = kiosk.Link.CutAfter(LinkDirection.Up, random.Next(1, 3000));
            // Sales go on until so many bytes have gone up, whatever is left of a sale on the wire.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!cut.IsCompleted && !patience.IsCancellationRequested)
            {
                await kiosk.NudgeAsync();
                await kiosk.SellAsync(1, random);
            }

            Assert.That(cut.IsCompletedSuccessfully, "the link was cut");
        }

        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(kiosk.Link.LinksOpened, Is.GreaterThan(10));
    }

    [Test]
    public async Task A_black_hole_is_noticed_and_left()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        var links = kiosk.Link.LinksOpened;
        kiosk.Link.Stall();
        await kiosk.SellAsync(Goods.Codes[3]);
        await Eventually.Holds(
            async () => (await kiosk.StatusAsync()).GetProperty("sync").GetProperty("state").GetString(),
            state => state != "connected",
            "the device gives up a connection that carries nothing",
            TimeSpan.FromSeconds(120));
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
        Assert.That(kiosk.Link.LinksOpened, Is.GreaterThan(links));
    }

    [Test]
    public async Task A_half_closed_connection_does_not_wedge_the_device([Values] LinkDirection direction)
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        kiosk.Link.HalfClose(direction);
        await kiosk.SellAsync(10, new(1));
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
    }

    static IEnumerable<int> CutSeeds => Seeds.Of(3);
}
