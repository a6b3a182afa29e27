using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Lineage;

/// <summary>A card that was put back, with the real agent and the real cloud: a new stream, and nothing lost or doubled.</summary>
public sealed class RestoredLedgerTests
{
    [Test]
    public async Task A_ledger_restored_from_an_image_behind_the_cloud_goes_on_under_a_new_stream()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(10, new(1));
        await shop.DrainAsync();
        await kiosk.StopAsync();
        kiosk.CopyTo(shop["image"]);
        await kiosk.StartAsync();
        await kiosk.SellAsync(5, new(2));
        await shop.DrainAsync();
        await kiosk.StopAsync();

        kiosk.RestoreFrom(shop["image"]);
        await kiosk.StartAsync();
        await kiosk.SellAsync(3, new(3));
        await shop.DrainAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(18), "what was sent before the image was put back happened too");
            Assert.That(await shop.ScalarAsync("select opened_because from stream where closed_at_ms is null"), Is.EqualTo("LEDGER_SET_BACK").Or.EqualTo("LEDGER_COPIED"));
            Assert.That((await kiosk.StatusAsync()).GetProperty("receipts").GetProperty("series").GetString(), Is.EqualTo("2"), "receipts go on in a series of their own");
        }

        await shop.ShowAsync(kiosk, "NEW_STREAM");
        await shop.CheckAsync();
    }

    [Test]
    public async Task A_restored_ledger_that_sold_on_past_the_cloud_before_it_was_heard_of_is_told_by_its_chain()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(5, new(1));
        await shop.DrainAsync();
        await kiosk.StopAsync();
        kiosk.CopyTo(shop["image"]);
        await kiosk.StartAsync();
        await kiosk.SellAsync(4, new(2));
        await shop.DrainAsync();
        await kiosk.StopAsync();

        kiosk.RestoreFrom(shop["image"]);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellAsync(12, new(3));
        await shop.DrainAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(21), "sequences 6 to 9 exist twice, under two streams");
        await shop.CheckAsync();
    }

    [Test]
    public async Task Two_copies_of_a_device_sell_on_while_they_are_held_and_both_are_whole_when_one_is_enrolled_anew()
    {
        await using var shop = await Shop.OpenAsync();
        var original = await shop.AddKioskAsync();
        await original.SellAsync(6, new(1));
        await shop.DrainAsync();
        await original.StopAsync();
        var copy = shop.AddCopyOf(original);
        await copy.StartAsync();
        await original.StartAsync();

        // Both sell and sync until the cloud knows that there are two of them.
        await Eventually.IsTrue(
            async () =>
            {
                await original.SellAsync(Goods.Codes[0]);
                await copy.SellAsync(Goods.Codes[1]);
                await original.NudgeAsync();
                await copy.NudgeAsync();
                return await shop.ScalarAsync("select state from device") is "held";
            },
            "the cloud holds the device",
            TimeSpan.FromSeconds(90));
        await original.SellAsync(3, new(2));
        await copy.SellAsync(3, new(3));
        await Eventually.Holds(
            async () => (await copy.StatusAsync()).GetProperty("sync").GetProperty("lastErrorCode").GetString(), code => code == "CLONE_SUSPECTED", "the copy says what it waits for", TimeSpan.FromSeconds(60));
        await shop.ShowAsync(copy, "CLONE_SUSPECTED");

        // What the operator is told to do: one of them becomes a device of its own, then the other may go on.
        await copy.StopAsync();
        await shop.EnrolAsSuccessorAsync(copy, "T9", original);
        (await shop.Cloud.RunAsync("device", "release", original.Code)).AssertOk();
        copy.Link.Refuse();
        await copy.StartAsync();
        await copy.SellAsync(2, new(4));
        await shop.DrainAsync();
        var report = await shop.CheckAsync();
        Assert.That(report.Figures.Lost, Is.Zero);
        Assert.That(await shop.LongAsync("select count(*) from device where state = 'active'"), Is.EqualTo(2));
    }
}
