using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.Tests.Devices;

public sealed class SessionEndToEndTests
{
    [Test]
    public async Task A_sale_goes_up_is_acknowledged_and_comes_down_as_an_effect_with_the_own_marker()
    {
        await using var shop = await TestShop.OpenAsync(1);
        await using var replica = await TestReplica.StartAsync(shop.ConnectionString);
        var device = await shop.AddDeviceAsync(1);
        var received = device.Receive(("A", 10_000), ("B", 5_000));
        var sold = device.Sell("A", 2_000);

        var (call, welcome) = await TestCall.BeginAsync(replica, device);
        await using var _ = call;
        Assert.That(welcome.AppliedThrough, Is.Zero);
        var ack = await call.PushAsync(device.Batch(1, 2));
        Assert.That(ack.AppliedThrough, Is.EqualTo(2));
        Assert.That(ack.AppliedChain.ToByteArray(), Is.EqualTo(device.ChainAt(2).ToByteArray()));
        Assert.That(ack.Dispositions, Is.Empty);
        Assert.That(ack.StoreVersion, Is.EqualTo(2));

        var page = await call.PageThroughAsync(2);
        var effects = call.Pages.Where(each => each.Feed == FeedKind.Store).SelectMany(each => each.Effects).ToList();
        Assert.That(effects.Select(effect => (effect.VersionStep, effect.Product, effect.DeltaThousandths, effect.OnHandThousandths)), Is.EqualTo(new[]
        {
            (1UL, "A", 10_000L, 10_000L), (0UL, "B", 5_000L, 5_000L), (1UL, "A", -2_000L, 8_000L),
        }));
        Assert.That(effects[0].EntryId.ToByteArray(), Is.EqualTo(received.Id.ToByteArray()));
        Assert.That(effects[1].EntryId, Is.Empty, "Left out where it is the row before's.");
        Assert.That(effects[2].EntryId.ToByteArray(), Is.EqualTo(sold.Id.ToByteArray()));
        Assert.That(page.Marker.AppliedThrough, Is.EqualTo(2));
        Assert.That(page.Marker.AppliedChain, Is.EqualTo(ack.AppliedChain));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(8_000));
    }
}
