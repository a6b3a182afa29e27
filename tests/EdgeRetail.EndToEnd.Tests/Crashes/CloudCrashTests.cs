using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.Crashes;

/// <summary>SIGKILL of cloud-sync, and of both sides, at drawn moments under load.</summary>
public sealed class CloudCrashTests
{
    [Test]
    public async Task A_cloud_killed_under_load_stores_every_sale_once([ValueSource(nameof(KillSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var first = await shop.AddKioskAsync();
        var second = await shop.AddKioskAsync();
        await using var atFirst = new Customers(first, seed);
        await using var atSecond = new Customers(second, seed + 1000);
        for (var kill = 0; kill < 5; kill++)
        {
            var served = await shop.JournalCountAsync();
            await shop.HurriedAsync(async () => await shop.JournalCountAsync() > served, "sales arrive between the kills");
            await random.WaitAsync(TimeSpan.FromMilliseconds(100));
            await shop.Replica.KillAsync();
            await shop.Replica.StartAsync();
        }

        await atFirst.StopAsync();
        await atSecond.StopAsync();
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
    }

    [Test]
    public async Task Agents_and_clouds_killed_and_links_cut_at_any_moment_agree_in_the_end([ValueSource(nameof(KillSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync(replicas: 2);
        var first = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var second = await shop.AddKioskAsync(at: shop.Replicas[1]);
        await using var atFirst = new Customers(first, seed);
        await using var atSecond = new Customers(second, seed + 1000);
        for (var fault = 0; fault < 10; fault++)
        {
            await random.WaitAsync(TimeSpan.FromMilliseconds(150));
            var kiosk = shop.Kiosks[random.Next(2)];
            var replica = shop.Replicas[random.Next(2)];
            switch (random.Next(4))
            {
                case 0:
                    await kiosk.KillAsync();
                    await kiosk.StartAsync();
                    break;
                case 1:
                    await replica.KillAsync();
                    await replica.StartAsync();
                    break;
                case 2:
                    kiosk.Link.TargetPort = replica.GrpcPort;
                    kiosk.Link.Cut();
                    break;
                default:
                    await Task.WhenAll(kiosk.KillAsync(), replica.KillAsync());
                    await Task.WhenAll(kiosk.StartAsync(), replica.StartAsync());
                    break;
            }
        }

        await atFirst.StopAsync();
        await atSecond.StopAsync();
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
    }

    [Test]
    public async Task A_cloud_that_is_down_for_a_while_is_caught_up_with_by_itself()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(10, new(7));
        await shop.DrainAsync(byItself: true);
        await shop.Replica.Process.StopAsync();
        await kiosk.SellAsync(50, new(8));
        var status = await kiosk.StatusAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(50));
            Assert.That(status.GetProperty("sync").GetProperty("state").GetString(), Is.Not.EqualTo("connected"), "the status does not claim what is not");
        }

        await shop.Replica.StartAsync();
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
    }

    static IEnumerable<int> KillSeeds => Seeds.Of(4);
}
