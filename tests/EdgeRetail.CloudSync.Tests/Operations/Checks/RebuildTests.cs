using EdgeRetail.CloudSync.Operations.Checks;

namespace EdgeRetail.CloudSync.Tests.Operations.Checks;

public sealed class RebuildTests
{
    const string Everything = """
        select string_agg(line, E'\n' order by line) from (
            select 'effect ' || e::text as line from effect e
            union all select 'stock ' || s::text from stock s
            union all select 'commit ' || store_id || ' ' || version || ' ' || encode(hash, 'hex') || ' ' || effect_count from store_commit
            union all select 'head ' || h::text from store_head h) lines
        """;

    ShopHistory history = null!;

    [SetUp]
    public async Task OpenAsync() => history = await ShopHistory.MakeAsync();

    [TearDown]
    public async Task CloseAsync() => await history.DisposeAsync();

    [Test]
    public async Task Read_models_made_from_the_journal_are_equal_to_those_that_ingest_wrote()
    {
        var reports = await RunAsync(write: false);

        Assert.That(reports.Select(report => (report.StoreId, report.Version, report.Entries, report.Effects, report.Products, report.Differences)), Is.EqualTo(new[] { (1, 8L, 8L, 11L, 4, 0L), (2, 3L, 3L, 3L, 1, 0L) }));
    }

    [Test]
    public async Task What_differs_is_named_and_left_alone()
    {
        await history.Shop.ExecuteAsync("update stock set on_hand = 41000 where store_id = 1 and product = '04006381333931'");
        var before = await history.Shop.ScalarAsync<string>(Everything);

        var report = (await RunAsync(write: false))[0];

        Assert.That((report.Differences, report.Written), Is.EqualTo((1, false)));
        Assert.That(report.FirstDifferences.Single(), Does.Contain("stock of 4006381333931 in store 1 is 41"));
        Assert.That(await history.Shop.ScalarAsync<string>(Everything), Is.EqualTo(before));
    }

    [TestCase("update stock set on_hand = on_hand + 1; update effect set on_hand = on_hand + 1 where product is not null")]
    [TestCase("delete from effect; delete from stock")]
    [TestCase("update store_commit set hash = sha256('x'), effect_count = 0; update store_head set hash = sha256('y'), version = version + 7")]
    [TestCase("insert into effect values (1, 99, 0, gen_random_uuid(), 'GHOST', 1, 1); insert into stock values (1, 'GHOST', 1, 99); insert into store_commit values (1, 99, sha256('x'), 1, 0, 0, decode(repeat('00', 16), 'hex'), 0)")]
    public async Task What_differs_is_replaced_by_what_was_there_before(string damage)
    {
        var before = await history.Shop.ScalarAsync<string>(Everything);
        await history.Shop.ExecuteAsync(damage);
        Assert.That(await history.Shop.ScalarAsync<string>(Everything), Is.Not.EqualTo(before));

        var reports = await RunAsync(write: true);

        Assert.That(reports.Any(report => report.Written), Is.True);
        Assert.That(await history.Shop.ScalarAsync<string>(Everything), Is.EqualTo(before));
        Assert.That((await RunAsync(write: false)).Sum(report => report.Differences), Is.Zero);
        Assert.That((await new Verification(history.Database).RunAsync(null, _ => { }, CancellationToken.None)).IsBroken, Is.False);
    }

    [Test]
    public async Task Lost_commits_of_a_feed_become_one_at_its_end()
    {
        await history.Shop.ExecuteAsync("delete from store_commit where store_id = 1");

        await RunAsync(write: true);

        Assert.That(await history.Shop.ScalarAsync<long>("select max(version) from store_commit where store_id = 1"), Is.EqualTo(8));
        Assert.That((await new Verification(history.Database).RunAsync(null, _ => { }, CancellationToken.None)).IsBroken, Is.False);
    }

    [Test]
    public async Task A_store_that_is_equal_is_not_written()
    {
        await history.Shop.ExecuteAsync("update stock set on_hand = 0 where store_id = 1");
        var untouched = await history.Shop.ScalarAsync<string>("select string_agg(xmin::text, ',' order by version, ordinal) from effect where store_id = 2");

        var reports = await RunAsync(write: true);

        Assert.That(reports.Select(report => report.Written), Is.EqualTo(new[] { true, false }));
        Assert.That(await history.Shop.ScalarAsync<string>("select string_agg(xmin::text, ',' order by version, ordinal) from effect where store_id = 2"), Is.EqualTo(untouched));
    }

    [Test]
    public async Task Devices_that_send_meanwhile_wait_and_lose_nothing()
    {
        await history.Shop.ExecuteAsync("update stock set on_hand = on_hand + 1000 where store_id = 1");
        for (var i = 0; i < 50; i++) history.First.Sell((ShopHistory.Pen, 1, 120));

        await Task.WhenAll(history.SendAsync(history.First), RunAsync(write: true));

        Assert.That(await history.Shop.ScalarAsync<long>("select version from store_head where store_id = 1"), Is.EqualTo(58));
        // What the sale took from a wrong figure before the rebuild is put right by it; after it, nothing is left to put right.
        await RunAsync(write: true);
        Assert.That(await history.Shop.OnHandAsync(1, "04006381333931"), Is.EqualTo(-14_000));
        Assert.That((await new Verification(history.Database).RunAsync(null, _ => { }, CancellationToken.None)).IsBroken, Is.False);
    }

    Task<IReadOnlyList<StoreRebuildReport>> RunAsync(bool write) => new Rebuild(history.Database, TimeProvider.System).RunAsync(null, write, _ => { }, CancellationToken.None);
}
