using System.Diagnostics;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Crashes;

/// <summary>
/// SIGKILL of the agent at drawn moments while it sells. The page does what it always does: it sends the same command again
/// until it hears "sold".
/// </summary>
public sealed class AgentCrashTests
{
    const int KillsMin = 8;
    const int KillsMax = 60;
    const int NarrowBytesPerSecond = 16_000;

    [Test]
    public async Task An_agent_killed_while_selling_sells_each_basket_once([ValueSource(nameof(KillSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        var (beforeCommit, afterCommit, kills) = (0, 0, 0);
        for (; kills < KillsMin || (kills < KillsMax && (beforeCommit == 0 || afterCommit == 0)); kills++)
        {
            var roundTrip = await RoundTripAsync(kiosk, random);
            var basket = Basket.Drawn(random);
            var sale = TryAsync(kiosk, basket);
            await random.WaitAsync(roundTrip * 1.5);
            kiosk.Process.Signal(ProcessSignal.Kill);
            var heard = await sale;
            await kiosk.Process.ExitAsync();
            await kiosk.StartAsync();

            var confirmed = await kiosk.SellAsync(basket);
            if (heard is not null) Assert.That(confirmed.Entry, Is.EqualTo(heard.Entry), "what was confirmed before the crash stands after it");
            else if (confirmed.Replayed) afterCommit++;
            else beforeCommit++;
        }

        TestContext.Out.WriteLine($"{kills} kills: {beforeCommit} before the commit; {afterCommit} after it, and before the answer.");
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(shop.History.Invoked), "one entry for each basket");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(beforeCommit, Is.Positive, "a retry that sold");
            Assert.That(afterCommit, Is.Positive, "a retry that was answered from the ledger");
        }
    }

    [Test]
    public async Task An_agent_killed_while_it_sends_its_backlog_sends_it_once([ValueSource(nameof(FewSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        kiosk.Link.Refuse();
        await kiosk.SellAsync(400, random);
        var sent = kiosk.Link.Bytes(LinkDirection.Up);
        kiosk.Link.Heal();
        // So narrow that the backlog is on its way for a second.
        kiosk.Link.BytesPerSecond = NarrowBytesPerSecond;
        var under = 0;
        for (var kill = 0; kill < KillsMin || (kill < KillsMax && under == 0); kill++)
        {
            await random.WaitAsync(TimeSpan.FromMilliseconds(400));
            await kiosk.KillAsync();
            if (kiosk.Link.Bytes(LinkDirection.Up) > sent && await shop.JournalCountAsync() < 400) under++;
            await kiosk.StartAsync();
        }

        Assert.That(under, Is.Positive, "a kill while the backlog was on its way");
        kiosk.Link.BytesPerSecond = null;
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(400));
    }

    [Test]
    public async Task An_agent_killed_while_it_takes_the_catalogue_has_it_whole_afterwards([ValueSource(nameof(FewSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var seller = await shop.AddKioskAsync();
        await seller.SellAsync(300, random);
        var kiosk = await shop.AddKioskAsync(start: false);
        kiosk.Link.BytesPerSecond = NarrowBytesPerSecond;
        var under = 0;
        for (var kill = 0; kill < KillsMin || (kill < KillsMax && under == 0); kill++)
        {
            await kiosk.StartAsync();
            await random.WaitAsync(TimeSpan.FromMilliseconds(400));
            var products = (await kiosk.StatusAsync()).GetProperty("catalogue").GetProperty("products").GetInt64();
            await kiosk.KillAsync();
            if (products < Goods.Codes.Count) under++;
        }

        Assert.That(under, Is.Positive, "a kill before the catalogue was whole");
        kiosk.Link.BytesPerSecond = null;

        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
        Assert.That((await kiosk.StatusAsync()).GetProperty("catalogue").GetProperty("products").GetInt64(), Is.EqualTo(Goods.Codes.Count));
    }

    static IEnumerable<int> KillSeeds => Seeds.Of(5);

    static IEnumerable<int> FewSeeds => Seeds.Of(2);

    /// <summary>How long a sale takes now, on this machine with all that runs on it beside: the middle one of a few.</summary>
    static async Task<TimeSpan> RoundTripAsync(Kiosk kiosk, Random random)
    {
        var took = new TimeSpan[random.Next(3, 15)];
        for (var i = 0; i < took.Length; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await kiosk.SellAsync(Basket.Drawn(random));
            took[i] = Stopwatch.GetElapsedTime(began);
        }

        Array.Sort(took);
        return took[took.Length / 2];
    }

    static async Task<Confirmation?> TryAsync(Kiosk kiosk, Basket basket)
    {
        try
        {
            return await kiosk.TrySellAsync(basket);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
