using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Clocks;

/// <summary>Real processes whose wall clock is decades off.</summary>
public sealed class WrongClockTests
{
    /// <summary>What a sale may take on a busy machine, and the error of the measured offset.</summary>
    static readonly TimeSpan Seconds = TimeSpan.FromSeconds(5);

    [Test]
    public async Task Devices_at_1970_and_at_2102_count_at_the_time_that_it_was()
    {
        await using var shop = await Shop.OpenAsync();
        var right = await shop.AddKioskAsync();
        var (past, future) = (await ClockAsync(shop, "past"), await ClockAsync(shop, "future"));
        past.Set(new DateTimeOffset(1970, 1, 2, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UtcNow);
        future.Set(new DateTimeOffset(2102, 7, 1, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UtcNow);
        var sold = new List<(Confirmation Sale, DateTimeOffset At)>();
        Kiosk[] wrong = [await shop.AddKioskAsync(start: false, clock: past), await shop.AddKioskAsync(start: false, clock: future)];
        foreach (var kiosk in wrong)
        {
            // They have sold before they ever heard what time it is.
            kiosk.Link.Refuse();
            await kiosk.StartAsync();
        }

        await SellAsync(3);
        foreach (var kiosk in wrong) kiosk.Link.Heal();
        await shop.DrainAsync();
        await AssertTimesAsync();
        Assert.That(await shop.LongAsync("select count(*) from clock_offset where abs(offset_ms) > 1000000000000"), Is.EqualTo(2), "one agreed offset for each of them");
        Assert.That(await shop.LongAsync("select count(*) from journal where effective_time_source = 2"), Is.GreaterThanOrEqualTo(6), "found by correcting");
        await shop.ShowAsync(wrong[0], "CLOCK_BEHIND");
        await shop.ShowAsync(wrong[1], "CLOCK_AHEAD");

        // Connected, cut off again, and at last set right within the same boot.
        await SellAsync(2);
        foreach (var kiosk in wrong) kiosk.Link.Refuse();
        await SellAsync(2);
        past.Set(TimeSpan.Zero);
        future.Set(TimeSpan.Zero);
        await SellAsync(2);
        await shop.DrainAsync();
        await AssertTimesAsync();
        await Eventually.IsTrue(async () => await shop.FindStateAsync(wrong[1], "CLOCK_AHEAD") is null, "a clock that was set right is right");
        await shop.CheckAsync();

        async Task SellAsync(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var kiosk in (Kiosk[])[.. wrong, right])
                {
                    var at = DateTimeOffset.UtcNow;
                    var sale = kiosk == right ? await kiosk.SellAsync(Goods.Codes[0]) : await kiosk.SellUnknownAsync(Goods.Codes[0]);
                    sold.Add((sale, at));
                }
            }
        }

        async Task AssertTimesAsync()
        {
            foreach (var (sale, at) in sold)
            {
                var effective = DateTimeOffset.FromUnixTimeMilliseconds(await shop.LongAsync("select effective_time >> 16 from journal where entry_id = $1", sale.Entry));
                Assert.That(effective - at, Is.InRange(-Seconds, Seconds), $"{sale.Device} sold it at {at:O}, and it counts at {effective:O}");
            }
        }
    }

    static Task<WallClock> ClockAsync(Shop shop, string name) => WallClock.MakeAsync(Directory.CreateDirectory(shop[name]).FullName);
}
