using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;
using Grpc.Core;

namespace EdgeRetail.EndToEnd.Tests.BadInput;

/// <summary>Who may speak for a device.</summary>
public sealed class TokenTests
{
    [TestCase(null, StatusCode.Unauthenticated, "DEVICE_TOKEN_MISSING")]
    [TestCase("", StatusCode.Unauthenticated, "DEVICE_TOKEN_MISSING")]
    [TestCase("erd_wrong", StatusCode.Unauthenticated, "DEVICE_TOKEN_UNKNOWN")]
    [TestCase("' or 1=1 --", StatusCode.Unauthenticated, "DEVICE_TOKEN_UNKNOWN")]
    public async Task A_call_without_the_right_token_is_refused(string? token, StatusCode status, string code)
    {
        await using var shop = await Shop.OpenAsync();
        await using var call = new SyncCall(shop.Replica.GrpcAddress, token);
        Assert.That(await call.EndAsync(), Is.EqualTo((status, code)));
    }

    [Test]
    public async Task A_device_whose_token_is_wrong_names_it_and_goes_on_selling()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(3, new(1));
        await shop.DrainAsync();
        await kiosk.StopAsync();
        var token = Path.Combine(kiosk.Folder, "device.token");
        var right = await File.ReadAllBytesAsync(token);
        await File.WriteAllTextAsync(token, "erd_wrong");
        await kiosk.StartAsync();
        await Eventually.Holds(
            async () => (await kiosk.StatusAsync()).GetProperty("sync").GetProperty("lastErrorCode").GetString(),
            code => code == "DEVICE_TOKEN_UNKNOWN",
            "the status names the reason");
        await kiosk.SellAsync(3, new(2));
        Assert.That((await kiosk.StatusAsync()).GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(3));
        await kiosk.StopAsync();
        (await kiosk.RunAsync("sync")).AssertRefused(5, "DEVICE_TOKEN_UNKNOWN");

        await File.WriteAllBytesAsync(token, right);
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    [Test]
    public async Task A_revoked_device_keeps_its_outbox_and_goes_on_selling()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(3, new(1));
        await shop.DrainAsync();
        (await shop.Cloud.RunAsync("device", "revoke", kiosk.Code)).AssertOk();
        kiosk.Link.Cut();
        await kiosk.SellAsync(4, new(2));
        await Eventually.Holds(
            async () => (await kiosk.StatusAsync()).GetProperty("sync").GetProperty("lastErrorCode").GetString(),
            code => code is "DEVICE_REVOKED" or "REVOKED",
            "the status names the reason");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await kiosk.StatusAsync()).GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(4));
            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(3), "nothing of a revoked device is taken");
        }
    }

    [Test]
    public async Task A_token_of_one_device_does_not_open_the_stream_of_another()
    {
        await using var shop = await Shop.OpenAsync();
        var victim = await shop.AddKioskAsync(start: false);
        var thief = await shop.AddKioskAsync(Surroundings.SecondStore, start: false);
        victim.Link.Refuse();
        await victim.StartAsync();
        await victim.SellUnknownAsync(3);
        await victim.StopAsync();
        var spoken = new Impostor(shop, victim);
        var own = new Impostor(shop, thief);
        var (call, welcome) = await own.ResumedAsync();
        await using (call)
        {
            var batch = spoken.Batch(welcome, 1, 3);
            await call.SendAsync(batch);
            var answer = await call.NextAsync();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(answer.MessageCase, Is.EqualTo(CloudMessage.MessageOneofCase.Refusal), $"{answer}");
                Assert.That(await shop.JournalCountAsync(), Is.Zero);
                Assert.That(await shop.LongAsync("select count(*) from stock"), Is.Zero);
            }
        }

        await shop.DrainAsync();
        await shop.CheckAsync();
    }
}
