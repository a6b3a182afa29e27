using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations.Checks;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.CloudSync.Tests.Merge;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Ingest;

/// <summary>Counts on PostgreSQL: on hand is what the pure rule makes of the journal, however the entries arrived.</summary>
public sealed class CountIngestTests
{
    TestShop shop = null!;
    CloudDatabase database = null!;
    BatchIngest ingest = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        shop = await TestShop.OpenAsync(1);
        database = new(shop.ConnectionString, 4);
        ingest = new(database, new SessionTokens(TestReplica.Keys), new MergeAdmission(4, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task A_count_that_comes_days_late_finds_what_moved_after_it()
    {
        var (counter, till) = (await AddDeviceAsync(), await AddDeviceAsync());
        counter.Wait(TimeSpan.FromDays(-4));
        till.Wait(TimeSpan.FromDays(-5));
        till.Receive(("A", 50_000), ("B", 7_000));
        for (var day = 0; day < 5; day++)
        {
            till.Sell("A", 1_000);
            till.Sell("B", 1_000);
            till.Wait(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        }

        for (var i = 1; i <= till.LastSequence; i++) await AcceptedAsync(till, i, i);
        counter.Count(("A", 40_000));
        await AcceptedAsync(counter, 1, 1);
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(37_000), "two of the sales were seen, three came after");
        Assert.That(await shop.OnHandAsync(1, "B"), Is.EqualTo(2_000));
        Assert.That(await shop.ScalarAsync<long>("select delta from effect where version = (select max(version) from effect)"), Is.EqualTo(37_000 - 45_000));
        await ProveAsync();
    }

    [Test]
    public async Task Any_arrival_order_any_cut_into_batches_and_any_repeat_give_what_is_defined([Range(1, 24)] int seed)
    {
        var random = new Random(seed);
        var devices = new List<TestDevice>();
        for (var i = 0; i < 3; i++)
        {
            var device = await AddDeviceAsync();
            // Some start at one millisecond: ties are the devices' to break.
            device.Wait(TimeSpan.FromHours(-2) + TimeSpan.FromMilliseconds(random.Next(2)));
            devices.Add(device);
        }

        foreach (var device in devices)
        {
            for (var i = random.Next(5, 40); i > 0; i--)
            {
                device.Wait(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(90_000) : random.Next(2)));
                var product = $"P{random.Next(4)}";
                switch (random.Next(5))
                {
                    case 0: device.Count((product, random.Next(50) * 1000), ($"P{random.Next(4)}", random.Next(50) * 1000)); break;
                    case 1: device.Receive((product, (random.Next(20) + 1) * 1000), ("Q", 1_000)); break;
                    case 2: device.Append([0xFF, (byte)i]); break;
                    default: device.Sell(product, (random.Next(5) + 1) * 1000); break;
                }
            }
        }

        var left = devices.ToDictionary(device => device, _ => 0L);
        while (left.Count > 0)
        {
            var device = left.Keys.ElementAt(random.Next(left.Count));
            var from = left[device] + 1;
            var through = Math.Min(device.LastSequence, from + random.Next(12));
            await AcceptedAsync(device, Math.Max(1, from - random.Next(3)), through);
            if (through == device.LastSequence) left.Remove(device);
            else left[device] = through;
        }

        await ProveAsync();
    }

    [Test]
    public async Task A_rebuild_makes_the_same_and_mends_what_was_tampered_with()
    {
        var (counter, till) = (await AddDeviceAsync(), await AddDeviceAsync());
        counter.Wait(TimeSpan.FromMinutes(-9));
        till.Wait(TimeSpan.FromMinutes(-10));
        for (var i = 0; i < 6; i++)
        {
            till.Sell("A");
            till.Wait(TimeSpan.FromMinutes(1));
            counter.Count(("A", 10_000 * i), ("B", 0));
            counter.Wait(TimeSpan.FromMinutes(1));
        }

        await AcceptedAsync(counter, 1, 2);
        await AcceptedAsync(till, 1, 6);
        await AcceptedAsync(counter, 3, 6);
        await ProveAsync();
        var stock = await shop.ScalarAsync<string>("select string_agg(s::text, ' ' order by product) from stock s");
        var effects = await shop.ScalarAsync<string>("select string_agg(e::text, ' ' order by version, ordinal) from effect e");
        await shop.ExecuteAsync("update stock set counted_at = null, counted_device_id = null, counted_entry_id = null; update effect set previous_version = 1; update store_commit set latest_effective_time = 1; update store_head set latest_effective_time = 1");
        await using var source = NpgsqlDataSource.Create(shop.ConnectionString);
        var broken = (await new Verification(source).RunAsync(null, _ => { }, CancellationToken.None)).Invariants.Where(invariant => invariant.State == InvariantState.Broken).Select(invariant => invariant.Id);
        Assert.That(broken, Is.EqualTo(new[] { "S5", "S13" }));
        await new Rebuild(source, TimeProvider.System).RunAsync(null, write: true, _ => { }, CancellationToken.None);
        Assert.That(await shop.ScalarAsync<string>("select string_agg(s::text, ' ' order by product) from stock s"), Is.EqualTo(stock));
        Assert.That(await shop.ScalarAsync<string>("select string_agg(e::text, ' ' order by version, ordinal) from effect e"), Is.EqualTo(effects));
        await ProveAsync();
    }

    async Task<TestDevice> AddDeviceAsync()
    {
        var device = await shop.AddDeviceAsync(1);
        device.SessionToken = new SessionTokens(TestReplica.Keys).Issue(device.Device, 0, device.Stream);
        return device;
    }

    async Task AcceptedAsync(TestDevice device, long first, long last)
    {
        var assigned = new AssignedStores(1, new Dictionary<int, StoreId> { [1] = device.Store });
        var parts = ((BatchExamination.Examined)BatchExaminer.Examine(device.Batch(first, last), device.Device, assigned)).Parts;
        Assert.That(await ingest.IngestAsync(device.Device, assigned, parts.Single(), CancellationToken.None), Is.InstanceOf<BatchOutcome.Accepted>());
    }

    /// <summary>Stock is what is defined of the journal's rows; and the product's own check finds nothing.</summary>
    async Task ProveAsync()
    {
        await JournalProof.HoldsAsync(shop);
        await using (var context = shop.Context())
        {
            var journal = new List<(EffectiveInstant, ArrivedEntry)>();
            foreach (var row in await context.Journal.AsNoTracking().Where(row => row.MergedAtVersion != null).ToListAsync())
            {
                var decoded = (EntryDecoding.Decoded)EntryCodec.Decode(row.Bytes);
                journal.Add((
                    new(new(row.EffectiveTime), new(row.DeviceId), new(row.EntryId)),
                    new(row.Sequence, decoded.Id, decoded.Id, decoded.Hash, row.Bytes, row.Kind, 1, null, null, StockMovements.Of(decoded.Entry), null) { Counts = StockCounts.Of(decoded.Entry) }));
            }

            Assert.That(
                (await context.Stock.AsNoTracking().ToListAsync()).OrderBy(row => row.Product, StringComparer.Ordinal).Select(row => (row.Product, row.OnHand)),
                Is.EqualTo(MergedShop.Defined(journal).Select(row => (row.Key.Value, row.Value))));
        }

        await using var source = NpgsqlDataSource.Create(shop.ConnectionString);
        var result = await new Verification(source).RunAsync(null, _ => { }, CancellationToken.None);
        // Receipts are numbered by the place in the ledger here, and so have gaps.
        Assert.That(result.Invariants.Where(invariant => invariant.Id != "S24").SelectMany(invariant => invariant.Violations), Is.Empty);
    }
}
