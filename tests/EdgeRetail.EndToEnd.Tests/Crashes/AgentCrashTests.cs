using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Crashes;

/// <summary>
/// SIGKILL of the agent at drawn moments while it sells. The page does what it always does: it sends the same command again
/// until it hears "sold".
/// </summary>
public sealed class AgentCrashTests
{
    const int KillsASeed = 8;

    static int killsBeforeCommit;
    static int killsAfterCommit;

    [Test, Order(1)]
    public async Task An_agent_killed_while_selling_sells_each_basket_once([ValueSource(nameof(KillSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        for (var kill = 0; kill < KillsASeed; kill++)
        {
            await kiosk.SellAsync(random.Next(1, 15), random);
            var basket = Basket.Drawn(random);
            var sale = TryAsync(kiosk, basket);
            await random.WaitAsync(TimeSpan.FromMilliseconds(6));
            kiosk.Process.Signal(ProcessSignal.Kill);
            var heard = await sale;
            await kiosk.Process.ExitAsync();
            await kiosk.StartAsync();

            var confirmed = await kiosk.SellAsync(basket);
            if (heard is not null) Assert.That(confirmed.Entry, Is.EqualTo(heard.Entry), "what was confirmed before the crash stands after it");
            else if (confirmed.Replayed) Interlocked.Increment(ref killsAfterCommit);
            else Interlocked.Increment(ref killsBeforeCommit);
        }

        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(shop.History.Invoked), "one entry for each basket");
    }

    [Test, Order(2)]
    public void The_kills_fell_before_and_after_the_commit()
    {
        TestContext.Out.WriteLine($"Killed before the commit: {killsBeforeCommit}; after it, and before the answer: {killsAfterCommit}.");
        if (killsBeforeCommit + killsAfterCommit < 10) Assert.Ignore("Too few kills to tell: run the whole fixture.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(killsBeforeCommit, Is.Positive, "a retry that sold");
            Assert.That(killsAfterCommit, Is.Positive, "a retry that was answered from the ledger");
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
