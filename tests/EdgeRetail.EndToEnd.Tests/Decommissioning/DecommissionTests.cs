using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Decommissioning;

/// <summary>A device goes out of service, on its own side and in the cloud.</summary>
public sealed class DecommissionTests
{
    [Test]
    public async Task What_waits_goes_up_first_and_the_operator_is_told_to_retire_it()
    {
        await using var shop = await Shop.OpenAsync();
        var leaving = await shop.AddKioskAsync();
        var staying = await shop.AddKioskAsync();
        await staying.SellAsync(3, new(1));
        await shop.DrainAsync();
        await leaving.StopAsync();
        foreach (var code in Goods.Codes.Take(4)) (await leaving.RunAsync("sell", code)).AssertOk();

        var done = (await leaving.RunAsync("decommission")).AssertOk().Json;

        Assert.That((done.GetProperty("recorded").GetInt64(), done.GetProperty("discarded").GetInt64(), done.GetProperty("cloudTold").GetBoolean()), Is.EqualTo((4L, 0L, true)));
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(3 + 4));
        var state = await Eventually.Holds<System.Text.Json.JsonElement?>(() => shop.FindStateAsync(leaving, "DECOMMISSIONED"), found => found is not null, "the operators' API says so");
        Assert.That(state!.Value.GetProperty("nextStep").GetString(), Does.Contain($"cloud-sync device retire {leaving.Code}"));

        (await shop.Cloud.RunAsync("device", "retire", leaving.Code)).AssertOk();
        Assert.That(await shop.FindStateAsync(leaving, "DECOMMISSIONED"), Is.Null);
        var (_, summary) = await shop.Replica.GetAsync("/api/v1/sync/summary");
        Assert.That(summary.GetProperty("devices").GetInt32(), Is.EqualTo(1), "nobody waits for it any more");

        // A ledger that somebody starts all the same has no key, and the cloud would not take it.
        (await leaving.RunAsync("enrol", "--from", shop.EnrolmentFile(leaving))).AssertOk();
        var refused = await leaving.RunAsync("sync");
        Assert.That(refused.ExitCode, Is.EqualTo(5));
        Assert.That(refused.ToString(), Does.Contain("DEVICE_REVOKED"));
    }
}
