using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Damage;

/// <summary>The disk of a device goes back, or rots: the lane sells on, a new stream is opened, and everything that can be read arrives once.</summary>
public sealed class DamagedLedgerTests
{
    [Test]
    public async Task A_ledger_copied_back_sells_provisionally_and_all_that_it_has_arrives_once()
    {
        var random = Seeds.Random(1);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(20, random);
        await shop.DrainAsync();
        await kiosk.StopAsync();
        File.Copy(kiosk.LedgerFile, shop["copy.db"]);

        // Recorded by people who do not look into the history: only the cloud has them once the copy is back.
        var gone = new List<Guid>();
        for (var i = 0; i < 5; i++) gone.Add(await SellByCommandAsync(kiosk));
        (await kiosk.RunAsync("sync")).AssertOk();
        shop.History.MayLose(kiosk.Code, "ledger copied back", gone);
        File.Copy(shop["copy.db"], kiosk.LedgerFile, overwrite: true);

        kiosk.Link.Refuse();
        var stream = kiosk.Ledger.Bytes("SELECT stream_id FROM stream WHERE is_current = 1");
        await kiosk.StartAsync();
        await AssertWarnsAsync(kiosk, "LOCAL_ROLLBACK");
        var provisional = await kiosk.SellAsync(Goods.Codes[0]);
        Assert.That(provisional.Receipt, Does.Match("^T1-[A-Z][A-Z0-9]{3}-000001$"));
        await kiosk.SellAsync(10, random);
        kiosk.Link.Heal();
        await Eventually.IsTrue(
            async () =>
            {
                await kiosk.NudgeAsync();
                return !kiosk.Ledger.Bytes("SELECT stream_id FROM stream WHERE is_current = 1")!.SequenceEqual(stream!);
            },
            "the cloud opens a new stream");
        Assert.That((await kiosk.SellAsync(Goods.Codes[1])).Receipt, Is.EqualTo("T1-2-000001"));

        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(20 + 5 + 11 + 1));
        Assert.That(await shop.LongAsync("select count(*) from stream where opened_because = 'LOCAL_ROLLBACK'"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_ledger_whose_header_was_overwritten_is_salvaged_and_all_that_it_had_arrives_once()
    {
        var random = Seeds.Random(2);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(20, random);
        await shop.DrainAsync();
        kiosk.Link.Refuse();
        await kiosk.SellAsync(30, random);
        await kiosk.StopAsync();
        using (var file = File.OpenHandle(kiosk.LedgerFile, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.Write(file, Enumerable.Repeat((byte)'x', 100).ToArray(), 0);

        await kiosk.StartAsync();
        await AssertWarnsAsync(kiosk, "LEDGER_SALVAGED");
        Assert.That(kiosk.Ledger.Scalar<long>("SELECT entries FROM salvage WHERE unreadable_count = 0"), Is.EqualTo(50));
        Assert.That(Directory.GetDirectories(kiosk.Folder, "damaged-*"), Has.Length.EqualTo(1));

        // The catalogue comes back with the network; until then staff type what they sell.
        await kiosk.SellUnknownAsync(10);

        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(60));
        Assert.That((await kiosk.RunAsync("verify")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task An_entry_that_rotted_is_left_behind_by_the_repair_of_a_running_agent_and_the_queue_goes_on()
    {
        var random = Seeds.Random(3);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(5, random);
        await shop.DrainAsync();
        kiosk.Link.Refuse();
        await kiosk.StopAsync();
        var rotted = (await kiosk.RunAsync("cash", "float", "200")).AssertOk().Json.GetProperty("entryId").GetGuid();
        await kiosk.StartAsync();
        await kiosk.SellAsync(5, random);
        shop.History.MayLose(kiosk.Code, "bytes rotted", [rotted]);
        await kiosk.StopAsync();
        kiosk.Ledger.Write(write =>
        {
            write("DROP TRIGGER entry_is_never_changed", []);
            write("UPDATE entry SET bytes = zeroblob(length(bytes)) WHERE position = 6", []);
            write("CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END", []);
        });
        await kiosk.StartAsync();
        kiosk.Link.Heal();
        await Eventually.IsTrue(
            async () =>
            {
                await kiosk.NudgeAsync();
                return (await WarningsAsync(kiosk)).Contains("LEDGER_DAMAGED");
            },
            "the entry is found when it is to be sent");
        Assert.That((await kiosk.SellAsync(Goods.Codes[0])).Replayed, Is.False, "the lane sells on");

        var repaired = (await kiosk.RunAsync("repair")).AssertOk().Json;
        Assert.That((repaired.GetProperty("entries").GetInt64(), repaired.GetProperty("unreadable").GetString()), Is.EqualTo((11L, "6")));
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(11));
        Assert.That((await kiosk.RunAsync("repair")).AssertOk().Json.GetProperty("folder").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null), "nothing is left to repair");
    }

    static async Task<Guid> SellByCommandAsync(Kiosk kiosk) => (await kiosk.RunAsync("sell", Goods.Codes[2])).AssertOk().Json.GetProperty("entryId").GetGuid();

    static async Task<IReadOnlyList<string>> WarningsAsync(Kiosk kiosk) =>
        [.. (await kiosk.StatusAsync()).GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("code").GetString()!)];

    static async Task AssertWarnsAsync(Kiosk kiosk, string code) => Assert.That(await WarningsAsync(kiosk), Does.Contain(code));
}
