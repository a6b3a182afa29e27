using EdgeRetail.Checker;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Checks;
using EdgeRetail.CloudSync.Operations.Conflicts;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.CloudEntries;

/// <summary>Conflicts are resolved by cloud entries, beside ingest on the same PostgreSQL, and what comes of it goes down to devices.</summary>
public sealed class ConflictResolvingTests
{
    static readonly ProductCode Milk = ProductCode.Parse("MILK");

    TestShop shop = null!;
    TestDevice first = null!;
    TestDevice second = null!;
    CloudDatabase database = null!;
    BatchIngest ingest = null!;
    NpgsqlDataSource queries = null!;
    ConflictResolving resolving = null!;
    ConflictQueries conflicts = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        shop = await TestShop.OpenAsync(1, 2);
        (first, second) = (await AddDeviceAsync(1), await AddDeviceAsync(1));
        database = new(shop.ConnectionString, 4);
        ingest = new(database, new(TestReplica.Keys), new(4, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance);
        queries = NpgsqlDataSource.Create(shop.ConnectionString);
        (resolving, conflicts) = (new(queries, SecretSource.OfTheSystem), new(queries));
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await queries.DisposeAsync();
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task A_resolution_is_an_entry_that_settles_the_conflict_and_goes_to_devices()
    {
        await ManualAsync();
        var (one, two) = await DivergeAsync();
        var open = (await conflicts.ListAsync(new(null, "open", null, null, null, null, 10), default))!.Items.Single();
        Assert.That((open.First.Value, open.First.EntryId, open.Second.Value, open.Rule, open.Settlement), Is.EqualTo(("one", one.Id.Value, "two", "manual", (ConflictSettlement?)null)));

        var resolved = Resolved(await resolving.ResolveAsync(open.ConflictId, new("ann", "as on the pack", new ResolutionChoice.Edit(one.Id.Value)) { Tag = open.Tag }, default));
        Assert.That((resolved.Value, resolved.StoreId, resolved.Version, resolved.Actor), Is.EqualTo(("one", 1, 3L, "ann")));
        var after = (await conflicts.FindAsync(open.ConflictId, default))!;
        Assert.That((after.State, after.Settlement!.EntryId, after.Settlement.Reason, after.Settlement.Value), Is.EqualTo(("resolved", resolved.EntryId, "as on the pack", "one")));
        Assert.That(after.Tag, Is.Not.EqualTo(open.Tag));

        var page = ((FeedPage.Read)await new StoreFeedReader(database).ReadAsync(new(1), ReadCursor.Start, first.Stream, default)).Page;
        var row = page.ProductEdits.Single();
        Assert.That((row.Value, row.Version, row.Undecided, new EntryId(new Guid(row.EntryId.Span, bigEndian: true)).Value, row.Actor, row.Device), Is.EqualTo(("one", 3UL, false, resolved.EntryId, "ann", 0U)));
        await ProveAsync();
    }

    [Test]
    public async Task Of_many_operators_who_resolve_one_conflict_at_once_one_does_and_the_others_are_told_who_and_how()
    {
        await DivergeAsync();
        var open = (await conflicts.ListAsync(new(1, "decided", null, null, null, null, 10), default))!.Items.Single();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => resolving.ResolveAsync(open.ConflictId, new($"operator {i}", "mine is right", new ResolutionChoice.Other($"value {i}")) { Tag = open.Tag }, default)));
        var won = outcomes.OfType<ResolutionOutcome.Resolved>().Single().Resolution;
        Assert.That(outcomes.OfType<ResolutionOutcome.AlreadySettled>().Select(each => (each.First.Actor, each.First.Value)), Is.EqualTo(Enumerable.Repeat((won.Actor, won.Value), 7)));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal where kind = 43"), Is.EqualTo(1));
        await ProveAsync();
    }

    [Test]
    public async Task A_conflict_that_changed_since_somebody_looked_is_not_resolved_by_what_they_saw()
    {
        await DivergeAsync();
        var open = (await conflicts.ListAsync(new(1, "all", null, null, null, null, 10), default))!.Items.Single();
        Assert.That(await resolving.ResolveAsync(open.ConflictId, new("ann", "x", new ResolutionChoice.Other("y")) { Tag = "\"1-0\"" }, default), Is.EqualTo(new ResolutionOutcome.TagMismatch(open.Tag)));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal where kind = 43"), Is.Zero);
    }

    [Test]
    public async Task A_repeat_under_the_same_key_is_answered_as_before_and_another_request_under_it_is_refused()
    {
        await DivergeAsync();
        var open = (await conflicts.ListAsync(new(1, "all", null, null, null, null, 10), default))!.Items.Single();
        var request = new ResolutionRequest("ann", "x", new ResolutionChoice.Other("y")) { Key = new("k", Hash256.Of("print"u8)) };
        var resolved = Resolved(await resolving.ResolveAsync(open.ConflictId, request, default));
        Assert.That(await resolving.ResolveAsync(open.ConflictId, request, default), Is.EqualTo(new ResolutionOutcome.Answered(resolved)));
        Assert.That(await resolving.ResolveAsync(open.ConflictId, request with { Key = new("k", Hash256.Of("other"u8)) }, default), Is.EqualTo(new ResolutionOutcome.Answered(null)));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal where kind = 43"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_person_may_choose_the_catalogue_and_a_stale_edit_does_not_bring_the_value_back()
    {
        var (one, _) = await DivergeAsync();
        var open = (await conflicts.ListAsync(new(1, "all", null, null, null, null, 10), default))!.Items.Single();
        Resolved(await resolving.ResolveAsync(open.ConflictId, new("ann", "no names of our own", new ResolutionChoice.Other(null)), default));
        first.Wait(TimeSpan.FromSeconds(30));
        first.Append(new ProductEdited(first.NextHeader(), Milk, ProductField.Name, "stale", [one.Id]));
        await AcceptedAsync(first, 2, 2);
        Assert.That(await shop.ScalarAsync<bool>("select value is null and entry_id is not null from product_register"), Is.True);
        Assert.That((await conflicts.ListAsync(new(1, "decided", null, null, null, null, 10), default))!.Items.Single().Second.Value, Is.EqualTo("stale"), "The loser is kept, and somebody can overrule.");
        await ProveAsync();
    }

    [Test]
    public async Task Head_office_edits_and_where_the_cloud_wins_a_later_edit_that_did_not_know_it_loses()
    {
        await new PolicyStore(queries).SetAsync("name", new("ann", "cloud-wins", "one assortment"), null, default);
        Resolved(await resolving.EditAsync(1, Milk, ProductField.Name, "head office", "ann", null, default));
        first.Wait(TimeSpan.FromSeconds(30));
        first.Append(new ProductEdited(first.NextHeader(), Milk, ProductField.Name, "kiosk", []));
        await AcceptedAsync(first, 1, 1);
        Assert.That(await shop.ScalarAsync<string>("select value from product_register"), Is.EqualTo("head office"));
        var decided = (await conflicts.ListAsync(new(1, "decided", null, "name", 0, null, 10), default))!.Items.Single();
        Assert.That((decided.Rule, decided.PolicyVersion, decided.First.Won, decided.Second.Won), Is.EqualTo(("cloud-wins", 1, true, false)));
        await ProveAsync();
    }

    [Test]
    public async Task A_rehearsal_says_what_another_policy_would_have_made_and_changes_nothing()
    {
        await new PolicyStore(queries).SetAsync("name", new("ann", "cloud-wins", "one assortment"), null, default);
        Resolved(await resolving.EditAsync(1, Milk, ProductField.Name, "head office", "ann", null, default));
        first.Wait(TimeSpan.FromSeconds(30));
        first.Append(new ProductEdited(first.NextHeader(), Milk, ProductField.Name, "kiosk", []));
        await AcceptedAsync(first, 1, 1);
        var before = await shop.ScalarAsync<string>("select concat(r::text, c::text, (select version from store_head where store_id = 1)) from product_register r, edit_conflict c");
        var rehearsal = new ConflictRehearsal(queries);

        var (latest, _) = await rehearsal.RunAsync(new("name", "latest-wins", false, 7, null), default);
        var difference = latest!.Differences.Single();
        Assert.That((latest.Conflicts, latest.ValuesThatChange, difference.WonValue, difference.WouldWinValue, difference.Shown, difference.WouldShow), Is.EqualTo((1, 1, "head office", "kiosk", "head office", "kiosk")));
        var (manual, _) = await rehearsal.RunAsync(new("name", "manual", false, 7, 1), default);
        Assert.That((manual!.WouldBeOpen, manual.Open, manual.Differences.Single().WouldShow), Is.EqualTo((1, 0, (string?)null)));
        var (same, _) = await rehearsal.RunAsync(new("name", "cloud-wins", false, 7, 1), default);
        Assert.That((same!.Conflicts, same.Differences.Count), Is.EqualTo((1, 0)));
        await shop.ExecuteAsync("update journal set received_at_ms = received_at_ms - 8 * 86400000");
        Assert.That((await rehearsal.RunAsync(new("name", "latest-wins", false, 7, null), default)).Rehearsal!.Conflicts, Is.Zero, "None of these days.");
        Assert.That(await shop.ScalarAsync<string>("select concat(r::text, c::text, (select version from store_head where store_id = 1)) from product_register r, edit_conflict c"), Is.EqualTo(before));
    }

    [Test]
    public async Task Policies_are_versions_and_of_two_set_on_the_same_sight_one_is_told()
    {
        var store = new PolicyStore(queries);
        var tag = (await store.ReadAsync(default)).Tag;
        var outcomes = await Task.WhenAll(store.SetAsync("name", new("ann", "manual", "we look"), tag, default), store.SetAsync("name", new("bob", "device-wins", "they know"), tag, default));
        Assert.That((outcomes.OfType<PolicyOutcome.Set>().Count(), outcomes.OfType<PolicyOutcome.TagMismatch>().Count()), Is.EqualTo((1, 1)));
        var settings = await store.ReadAsync(default);
        Assert.That((settings.Version, settings.History.Count, settings.Fields.Single(each => each.Field == "brand").Rule), Is.EqualTo((1, 1, "latest-wins")));
        var again = (PolicyOutcome.Set)await store.SetAsync("name", new("eve", settings.History[0].Rule, "again"), null, default);
        Assert.That((again.Already, again.Policy.Actor), Is.EqualTo((true, settings.History[0].Actor)));
    }

    [Test]
    public async Task The_inbox_is_listed_in_parts_that_neither_repeat_nor_skip()
    {
        for (var i = 0; i < 7; i++)
        {
            first.Append(new ProductEdited(first.NextHeader(), ProductCode.Parse($"P{i}"), ProductField.Name, "one", []));
            second.Append(new ProductEdited(second.NextHeader(), ProductCode.Parse($"P{i}"), ProductField.Name, "two", []));
        }

        await AcceptedAsync(first, 1, 7);
        await AcceptedAsync(second, 1, 7);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = (await conflicts.ListAsync(new(null, "all", null, null, second.Device.Value, after, 3), default))!;
            seen.AddRange(page.Items.Select(item => item.Product));
            after = page.Next;
        }
        while (after is not null);
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 7).Select(i => $"P{i}")));
        Assert.That((await conflicts.ListAsync(new(2, "all", null, null, null, null, 3), default))!.Items, Is.Empty);
        Assert.That((await conflicts.ListAsync(new(null, "all", "P3", null, null, null, 3), default))!.Items, Has.Count.EqualTo(1));
    }

    static Resolution Resolved(ResolutionOutcome outcome) => outcome is ResolutionOutcome.Resolved resolved ? resolved.Resolution : throw new AssertionException($"{outcome}");

    async Task ManualAsync() => Assert.That(await new PolicyStore(queries).SetAsync("name", new("ann", "manual", "we look at each"), null, default), Is.InstanceOf<PolicyOutcome.Set>());

    async Task<(EncodedEntry One, EncodedEntry Two)> DivergeAsync()
    {
        first.Wait(TimeSpan.FromSeconds(-20));
        second.Wait(TimeSpan.FromSeconds(-10));
        var (one, two) = (first.Append(new ProductEdited(first.NextHeader(), Milk, ProductField.Name, "one", [])), second.Append(new ProductEdited(second.NextHeader(), Milk, ProductField.Name, "two", [])));
        await AcceptedAsync(first, 1, 1);
        await AcceptedAsync(second, 1, 1);
        return (one, two);
    }

    async Task<TestDevice> AddDeviceAsync(int store)
    {
        var device = await shop.AddDeviceAsync(store);
        device.SessionToken = new SessionTokens(TestReplica.Keys).Issue(device.Device, 0, device.Stream);
        return device;
    }

    async Task AcceptedAsync(TestDevice device, long from, long through)
    {
        var assigned = new AssignedStores(1, new Dictionary<int, StoreId> { [1] = device.Store });
        var parts = ((BatchExamination.Examined)BatchExaminer.Examine(device.Batch(from, through), device.Device, assigned)).Parts;
        Assert.That(await ingest.IngestAsync(device.Device, assigned, parts.Single(), CancellationToken.None), Is.InstanceOf<BatchOutcome.Accepted>());
    }

    async Task ProveAsync()
    {
        await JournalProof.HoldsAsync(shop);
        var result = await new Verification(queries).RunAsync(null, _ => { }, CancellationToken.None);
        Assert.That(result.Invariants.SelectMany(invariant => invariant.Violations), Is.Empty);
        Assert.That((await new Rebuild(queries, TimeProvider.System).RunAsync(null, write: false, _ => { }, default)).Sum(report => report.Differences), Is.Zero);
        Assert.That((await Check.RunAsync(new([], shop.ConnectionString))).Invariants.Where(invariant => invariant.Holds == false).SelectMany(invariant => invariant.Offenders), Is.Empty);
    }
}
