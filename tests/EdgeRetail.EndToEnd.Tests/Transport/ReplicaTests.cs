using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.Transport;

/// <summary>Several replicas serve one database and know nothing of each other.</summary>
public sealed class ReplicaTests
{
    [Test]
    public async Task Two_replicas_given_the_same_batch_at_once_store_it_once()
    {
        await using var shop = await Shop.OpenAsync(replicas: 2);
        var kiosk = await shop.AddKioskAsync(start: false);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(60);
        await kiosk.StopAsync();
        var atA = new Impostor(shop, kiosk, shop.Replicas[0]);
        var atB = new Impostor(shop, kiosk, shop.Replicas[1]);

        var bothAcknowledged = 0;
        for (var round = 0; round < 12; round++)
        {
            var (callA, staleA) = await atA.ResumedAsync();
            await using var a = callA;
            var (callB, welcome) = await atB.ResumedAsync();
            await using var b = callB;
            // Odd rounds: replica A is given the current session's batch too, as a proxy that sends twice would do it.
            var tokenOfA = round % 2 == 0 ? staleA : welcome;
            var first = (round * 5) + 1;

            await using var lockSession = new NpgsqlConnection(shop.ConnectionString + ";Pooling=false");
            await lockSession.OpenAsync();
            await using (var held = await lockSession.BeginTransactionAsync())
            {
                // Both transactions wait at the device's row, and are let go in the same moment.
                await using var command = new NpgsqlCommand("select device_id from device for update", lockSession, held);
                await command.ExecuteNonQueryAsync();
                await callA.SendAsync(atA.Batch(tokenOfA, first, first + 4));
                await callB.SendAsync(atB.Batch(welcome, first, first + 4));
                await Eventually.IsTrue(
                    async () => await shop.LongAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") >= 2,
                    "both replicas wait for the device's row");
                await held.CommitAsync();
            }

            Assert.That((await callB.AckAsync()).AppliedThrough, Is.EqualTo((ulong)(first + 4)));
            var answer = await callA.NextAsync();
            if (answer.Ack is { } ack)
            {
                bothAcknowledged++;
                Assert.That(ack.AppliedThrough, Is.EqualTo((ulong)(first + 4)));
            }
            else
            {
                Assert.That(answer.Refusal?.Code, Is.EqualTo("SESSION_FENCED"), $"{answer}");
            }

            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(first + 4));
        }

        TestContext.Out.WriteLine($"In {bothAcknowledged} of 12 rounds both replicas acknowledged.");
        Assert.That(bothAcknowledged, Is.EqualTo(6), "each time that both had the current session's batch");
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    [Test]
    public async Task A_replica_that_was_frozen_and_wakes_up_changes_nothing([ValueSource(nameof(ZombieSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync(replicas: 2);
        var kiosk = await shop.AddKioskAsync();
        await using var customers = new Customers(kiosk, seed, TimeSpan.FromMilliseconds(1));
        for (var round = 0; round < 4; round++)
        {
            var (zombie, other) = (shop.Replicas[round % 2], shop.Replicas[(round + 1) % 2]);
            await random.WaitAsync(TimeSpan.FromMilliseconds(60));
            zombie.Process.Signal(ProcessSignal.Stop);
            kiosk.Link.TargetPort = other.GrpcPort;
            kiosk.Link.Cut();
            var sale = await kiosk.SellAsync(Basket.Drawn(random));
            await Eventually.IsTrue(() => shop.IsInJournalAsync(sale), $"sales go on through {other.Name} while {zombie.Name} is frozen", TimeSpan.FromSeconds(60));
            zombie.Process.Signal(ProcessSignal.Continue);
        }

        await customers.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    [Test]
    public async Task A_sale_on_one_kiosk_appears_on_the_other_also_through_another_replica()
    {
        await using var shop = await Shop.OpenAsync(replicas: 2);
        var seller = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var watcher = await shop.AddKioskAsync(at: shop.Replicas[1]);
        var elsewhere = await shop.AddKioskAsync(Surroundings.SecondStore, at: shop.Replicas[1]);
        await seller.ReceiveAsync((Goods.Codes[5], 100));
        await shop.DrainAsync();
        Assert.That(await watcher.OnHandAsync(Goods.Codes[5]), Is.EqualTo(100_000));

        for (var sold = 1; sold <= 20; sold++)
        {
            await seller.SellAsync(Goods.Codes[5]);
            var left = (100 - sold) * 1000L;
            await Eventually.Holds(() => watcher.OnHandAsync(Goods.Codes[5]), onHand => onHand == left, "the other kiosk sees the sale");
        }

        Assert.That(await elsewhere.OnHandAsync(Goods.Codes[5]), Is.Null.Or.Zero, "another store's stock is another store's");
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    [Test]
    public async Task A_replica_that_stops_sends_its_devices_to_another_without_a_failure()
    {
        await using var shop = await Shop.OpenAsync(replicas: 2);
        var kiosk = await shop.AddKioskAsync(at: shop.Replicas[0]);
        await kiosk.SellAsync(5, new(3));
        await shop.DrainAsync();
        await using var customers = new Customers(kiosk, 4);
        kiosk.Link.TargetPort = shop.Replicas[1].GrpcPort;
        Assert.That(await shop.Replicas[0].Process.StopAsync(TimeSpan.FromSeconds(20)), Is.Zero, "SIGTERM ends a replica in good order");

        var sale = await kiosk.SellAsync(Goods.Codes[1]);
        await Eventually.IsTrue(() => shop.IsInJournalAsync(sale), "the device goes on at the other replica");
        var status = await kiosk.StatusAsync();
        Assert.That(status.GetProperty("sync").GetProperty("lastErrorCode").GetString(), Is.Null.Or.Empty, "a replica that goes in good order is no failure");
        await customers.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    [Test]
    public async Task Replicas_restarted_one_after_the_other_under_load_lose_nothing()
    {
        await using var shop = await Shop.OpenAsync(replicas: 2);
        var first = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var second = await shop.AddKioskAsync(at: shop.Replicas[1]);
        await using var atFirst = new Customers(first, 5);
        await using var atSecond = new Customers(second, 6);
        foreach (var replica in shop.Replicas) await replica.RestartAsync();

        await atFirst.StopAsync();
        await atSecond.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    static IEnumerable<int> ZombieSeeds => Seeds.Of(2);
}
