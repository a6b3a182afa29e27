using System.Diagnostics;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>Three replicas behind haproxy, and one of them dies.</summary>
public sealed class BalancedReplicasTests
{
    const int Devices = 6;

    [Test]
    public async Task Devices_of_a_killed_replica_move_over_by_themselves_and_others_notice_nothing()
    {
        await using var shop = await Shop.OpenAsync(replicas: 3);
        await using var balancer = await Haproxy.StartAsync(shop.Folder, shop.Replicas);
        var customers = new List<Customers>();
        for (var number = 0; number < Devices; number++)
        {
            var kiosk = await shop.AddKioskAsync(number % 2 == 0 ? Surroundings.FirstStore : Surroundings.SecondStore, port: balancer.Port);
            customers.Add(new(kiosk, number, TimeSpan.FromMilliseconds(50)));
        }

        var undisturbed = 0;
        foreach (var victim in shop.Replicas)
        {
            var places = await Eventually.Holds(
                () => PlacesAsync(shop), places => places.Count == Devices && places.Values.Any(place => place.Replica == victim.Name), $"all devices are connected, some through {victim.Name}", TimeSpan.FromSeconds(60));
            await victim.KillAsync();
            Tally.Count("replicas killed");
            var watch = Stopwatch.StartNew();
            var sales = new Dictionary<Kiosk, Confirmation>();
            foreach (var kiosk in shop.Kiosks) sales[kiosk] = await kiosk.SellAsync(Goods.Codes[0]);
            var slowest = TimeSpan.Zero;
            foreach (var (kiosk, sale) in sales)
            {
                await Eventually.IsTrue(() => shop.IsInJournalAsync(sale), $"a sale of {kiosk.Code}, which was at {places[kiosk.Code].Replica}, arrives", TimeSpan.FromSeconds(60));
                slowest = watch.Elapsed;
            }

            TestContext.Out.WriteLine($"{places.Values.Count(place => place.Replica == victim.Name)} of {Devices} devices moved over from {victim.Name}; the last sale made after the kill arrived {slowest.TotalSeconds:0.0} s after it.");
            var now = await PlacesAsync(shop);
            foreach (var (code, place) in places.Where(place => place.Value.Replica != victim.Name))
            {
                Assert.That(now[code], Is.EqualTo(place), $"{code} was at {place.Replica} and stays there in its session");
                undisturbed++;
            }

            await victim.StartAsync();
        }

        Assert.That(undisturbed, Is.Positive, "some were elsewhere");

        foreach (var queue in customers) await queue.StopAsync();
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
    }

    static async Task<IReadOnlyDictionary<string, Place>> PlacesAsync(Shop shop)
    {
        var text = await shop.ScalarAsync(
            "select coalesce(string_agg(d.device_code || ' ' || s.replica || ' ' || s.session_number, ','), '') from device d join device_status s on s.device_id = d.device_id and s.session_number = d.session_number where s.connected");
        return ((string)text!).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' ')).ToDictionary(row => row[0], row => new Place(row[1], long.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Where a device is connected, and in which session.</summary>
    sealed record Place(string Replica, long Session);
}
