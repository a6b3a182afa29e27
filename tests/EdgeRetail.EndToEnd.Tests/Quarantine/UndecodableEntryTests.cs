using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EndToEnd.Tests.Harness;
using Google.Protobuf;
using AdjustmentReason = EdgeRetail.Contracts.Entries.AdjustmentReason;
using StockAdjusted = EdgeRetail.Contracts.Entries.StockAdjusted;

namespace EdgeRetail.EndToEnd.Tests.Quarantine;

/// <summary>One bad entry in a ledger: it is kept and named, and it stops nobody.</summary>
public sealed class UndecodableEntryTests
{
    static readonly byte[][] BadEntries =
    [
        [0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0x00],
        "this is no entry at all"u8.ToArray(),
    ];

    [Test]
    public async Task The_rest_of_the_batch_goes_on_and_the_bad_entry_is_quarantined()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync(start: false);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(10);
        await kiosk.StopAsync();
        var device = new Impostor(shop, kiosk);
        foreach (var bytes in BadEntries) device.Append(bytes);
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(10);

        await shop.DrainAsync();
        await shop.CheckAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(20 + BadEntries.Length), "kept");
            Assert.That(await shop.LongAsync("select count(*) from journal where quarantine_code = 'ENTRY_MALFORMED'"), Is.EqualTo(BadEntries.Length), "named");
            Assert.That(await shop.LongAsync("select count(*) from journal where quarantine_code is null"), Is.EqualTo(20), "the rest went on");
            Assert.That(await shop.LongAsync("select applied_through from stream"), Is.EqualTo(20 + BadEntries.Length), "the sequence is consumed");
            Assert.That((await kiosk.StatusAsync()).GetProperty("quarantinedCount").GetInt64(), Is.EqualTo(BadEntries.Length), "the device is told");
        }
    }

    [Test]
    public async Task Entries_that_read_and_break_a_rule_are_quarantined_with_its_code()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync(start: false);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(4);
        await kiosk.StopAsync();
        var device = new Impostor(shop, kiosk);
        var product = ProductCode.Parse(Goods.Canonical(Goods.Codes[0]));

        var header = device.HeaderAfter(4);
        var newerKind = EntryBody.Parser.ParseFrom(Encoded(new StockAdjusted(header, product, Quantity.Each(1), AdjustmentReason.Found, "")));
        (newerKind.Kind, newerKind.StockAdjusted) = (99, null);
        device.Append(newerKind.ToByteArray());
        device.Append(Encoded(new StockAdjusted(header with { Hlc = new(header.Hlc.Milliseconds + 2, 0) }, product, Quantity.Each(5), AdjustmentReason.Found, new('x', 201))));
        device.Append(Encoded(new StockAdjusted(header with { Hlc = new(header.Hlc.Milliseconds + 3, 0), AssignmentVersion = 7 }, product, Quantity.Each(5), AdjustmentReason.Found, "")));
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(4);

        await shop.DrainAsync();
        await shop.CheckAsync();
        var codes = await shop.ScalarAsync("select string_agg(quarantine_code, ' ' order by sequence) from journal where quarantine_code is not null");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(codes, Is.EqualTo("ENTRY_KIND_UNKNOWN TEXT_TOO_LONG STORE_NOT_ASSIGNED"));
            Assert.That(await shop.LongAsync("select count(*) from journal where quarantine_code is null"), Is.EqualTo(8));
        }
    }

    [Test]
    public async Task A_bad_entry_delays_its_successors_by_one_round_trip_at_most()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync(start: false);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(6);
        await kiosk.StopAsync();
        var device = new Impostor(shop, kiosk);
        var bad = device.Append(BadEntries[0]);
        var (call, welcome) = await device.ResumedAsync();
        await using (call)
        {
            await call.SendAsync(device.Batch(welcome, 1, bad));
            var ack = await call.AckAsync();
            var disposition = ack.Dispositions.Single();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(ack.AppliedThrough, Is.EqualTo((ulong)bad), "the same answer that acknowledges the good ones");
                Assert.That(disposition.FirstSequence, Is.EqualTo((ulong)bad));
                Assert.That(disposition.Kind, Is.EqualTo(DispositionKind.Quarantined));
                Assert.That(disposition.Code, Is.EqualTo("ENTRY_MALFORMED"));
            }
        }

        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    [Test]
    public async Task The_operator_finds_the_quarantined_entry_and_the_reason()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync(start: false);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(2);
        await kiosk.StopAsync();
        new Impostor(shop, kiosk).Append(BadEntries[2]);
        await shop.DrainAsync();

        var entry = (Guid)(await shop.ScalarAsync("select entry_id from journal where quarantine_code is not null"))!;
        var (status, found) = await shop.Replica.GetAsync($"/api/v1/entries/{entry}");
        var (_, summary) = await shop.Replica.GetAsync("/api/v1/sync/summary");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(200));
            Assert.That(found.ToString(), Does.Contain("ENTRY_MALFORMED"));
            Assert.That(summary.GetProperty("quarantined").GetInt64(), Is.EqualTo(1));
        }

        await shop.CheckAsync();
    }

    static byte[] Encoded(Entry entry) => EntryCodec.Encode(entry).Bytes.ToArray();
}
