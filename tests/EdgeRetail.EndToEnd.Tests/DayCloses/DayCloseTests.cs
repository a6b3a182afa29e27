using System.Text.Json;
using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.DayCloses;

/// <summary>A till closes its day, the cloud certifies it, and the file proves it where there is neither till nor cloud.</summary>
public sealed class DayCloseTests
{
    static readonly string Product = Goods.Codes[0];

    [Test]
    public async Task A_day_is_closed_certified_and_proven_offline_and_a_later_key_changes_nothing_about_it()
    {
        await using var shop = await Shop.OpenAsync(replicas: 0);
        var keyFile = shop["certificate-keys.json"];
        await shop.AddReplicaAsync(null, "--certificate-key-file", keyFile);
        var kiosk = await shop.AddKioskAsync();
        await kiosk.ReceiveAsync((Product, 50));
        await kiosk.SellAsync(Product, 2_000);
        await kiosk.SellAsync(Product, 1_000);
        (await kiosk.RunAsync("cash", "float", "200")).AssertOk();
        (await kiosk.RunAsync("day", "close")).AssertOk();
        Assert.That((await kiosk.RunAsync("day", "close", "--date", "2999-01-01")).Json.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("DAY_IN_FUTURE"));

        await StateIsAsync(shop, kiosk, "waitsForKey");
        (await shop.Cloud.RunAsync("certificate-key", "init", "--certificate-key-file", keyFile)).AssertOk();
        await StateIsAsync(shop, kiosk, "certified");
        var day = (await kiosk.RunAsync("day", "status")).AssertOk().Json;
        var date = day.GetProperty("closes")[0].GetProperty("date").GetString()!;
        var certificate = shop["certificate.json"];
        (await kiosk.RunAsync("day", "certificate", "--date", date, "--out", certificate)).AssertOk();
        var keys = shop["public-keys.json"];
        (await shop.Cloud.RunAsync("certificate-key", "export", "--certificate-key-file", keyFile, "--out", keys)).AssertOk();

        await kiosk.StopAsync();
        var proven = (await kiosk.RunAsync("verify", "certificate", certificate, "--keys", keys)).AssertOk().Json;
        Assert.That((proven.GetProperty("holds").GetBoolean(), proven.GetProperty("date").GetString(), proven.GetProperty("figures").GetProperty("entryCount").GetInt64()), Is.EqualTo((true, date, 4L)));
        (await kiosk.RunAsync("verify", "certificate", "--date", date, "--keys", keys)).AssertOk();

        await File.WriteAllTextAsync(certificate, Tampered(await File.ReadAllTextAsync(certificate)));
        var tampered = await kiosk.RunAsync("verify", "certificate", certificate, "--keys", keys);
        Assert.That((tampered.ExitCode, tampered.Json.GetProperty("error").GetProperty("code").GetString()), Is.EqualTo((6, "CERTIFICATE_TAMPERED")));

        (await shop.Cloud.RunAsync("certificate-key", "rotate", "--certificate-key-file", keyFile)).AssertOk();
        await kiosk.StartAsync();
        await kiosk.SellAsync(Product, 1_000);
        (await kiosk.RunAsync("day", "close", "--date", date)).AssertOk();
        await StateIsAsync(shop, kiosk, "certified");
        (await shop.Cloud.RunAsync("certificate-key", "export", "--certificate-key-file", keyFile, "--out", keys)).AssertOk();
        var late = (await kiosk.RunAsync("verify", "certificate", "--date", date, "--keys", keys)).AssertOk().Json;
        Assert.That(late.GetProperty("keyId").GetString(), Is.Not.EqualTo(proven.GetProperty("keyId").GetString()));
        Assert.That(late.GetProperty("figures").GetProperty("dates")[0].GetProperty("late").GetBoolean(), Is.True);

        var listed = (await shop.Cloud.RunAsync("day-closes", "--store", "1")).AssertOk().Json.GetProperty("items");
        Assert.That(listed.EnumerateArray().Select(item => (item.GetProperty("state").GetString(), item.GetProperty("entryCount").GetInt64())), Is.EqualTo(new[] { ("certified", 1L), ("certified", 4L) }));
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    /// <summary>Asks the running agent until its latest close is in the state.</summary>
    static Task StateIsAsync(Shop shop, Kiosk kiosk, string state) => shop.HurriedAsync(
        async () => (await kiosk.Api.GetAsync("/api/v1/day")).GetProperty("closes")[0].GetProperty("state").GetString() == state, $"the close is {state}");

    static string Tampered(string certificate)
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse(certificate)!;
        var bytes = Convert.FromBase64String(document["statement"]!.GetValue<string>());
        bytes[^10] ^= 1;
        document["statement"] = Convert.ToBase64String(bytes);
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }
}
