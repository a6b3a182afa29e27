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
        await shop.DrainAsync();
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
        kiosk.Link.Heal();
        for (var kill = 0; kill < 6; kill++)
        {
            await random.WaitAsync(TimeSpan.FromMilliseconds(120));
            await kiosk.KillAsync();
            await kiosk.StartAsync();
        }

        await shop.DrainAsync();
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
        await kiosk.StartAsync();
        for (var kill = 0; kill < 5; kill++)
        {
            await random.WaitAsync(TimeSpan.FromMilliseconds(60));
            await kiosk.KillAsync();
            await kiosk.StartAsync();
        }

        await shop.DrainAsync();
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
