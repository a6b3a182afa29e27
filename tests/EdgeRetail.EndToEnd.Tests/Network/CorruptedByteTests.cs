using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Network;

/// <summary>
/// One bit of what travels is turned over, in frames, headers and messages alike, while a kiosk sells. TLS will refuse every one
/// of these; plain HTTP/2, which is for loopback, refuses some, and what is let through has to be caught by what the messages
/// themselves carry.
/// </summary>
public sealed class CorruptedByteTests
{
    const int Flips = 12;

    [Test]
    public async Task A_bit_turned_over_on_the_way_changes_no_sale([Values] LinkDirection direction, [ValueSource(nameof(FlipSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await using var customers = new Customers(kiosk, seed, TimeSpan.FromMilliseconds(10));
        for (var flip = 0; flip < Flips; flip++)
        {
            // Far enough for a session's opening and some messages after it.
            var flipped = kiosk.Link.CorruptAfter(direction, random.Next(1, 2000), random.Next(8));
            await kiosk.HurryUntilAsync(flipped);
            Assert.That(flipped.IsCompletedSuccessfully, "a bit was turned over");
            // What was let through has its time to do harm before the connection goes.
            await random.WaitAsync(TimeSpan.FromMilliseconds(300));
            kiosk.Link.Heal();
        }

        await customers.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    static IEnumerable<int> FlipSeeds => Seeds.Of(4);
}
