using EdgeRetail.Checker;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Checks;
using EdgeRetail.CloudSync.Operations.Conflicts;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Ingest;

/// <summary>Edits on PostgreSQL: registers and conflicts are what the pure rule makes of the journal, however the entries arrived.</summary>
public sealed class EditIngestTests
{
    TestShop shop = null!;
    CloudDatabase database = null!;
    BatchIngest ingest = null!;
    NpgsqlDataSource source = null!;
    PolicyStore policies = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        shop = await TestShop.OpenAsync(1);
        database = new(shop.ConnectionString, 4);
        source = NpgsqlDataSource.Create(shop.ConnectionString);
        policies = new(source);
        ingest = new(database, new SessionTokens(TestReplica.Keys), new MergeAdmission(4, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task Two_kiosks_that_edited_apart_are_in_conflict_and_the_policy_decides()
    {
        var (first, second) = (await AddDeviceAsync(), await AddDeviceAsync());
        second.Wait(TimeSpan.FromSeconds(5));
        var (one, two) = (Edit(first, "A", ProductField.Name, "one"), Edit(second, "A", ProductField.Name, "two"));
        await AcceptedAsync(second, 1, 1);
        await AcceptedAsync(first, 1, 1);
        await using var context = shop.Context();
        var register = await context.ProductRegisters.SingleAsync();
        Assert.That((register.EntryId, register.Value, register.Undecided, register.Version), Is.EqualTo(((Guid?)two.Id.Value, "two", false, 2L)));
        Assert.That((register.BasedOn, register.Lost), Is.EqualTo((new[] { one.Id.Value, two.Id.Value }, new[] { one.Id.Value })));
        var conflict = await context.EditConflicts.SingleAsync();
        Assert.That((conflict.FirstEntryId, conflict.SecondEntryId, conflict.WinnerEntryId, conflict.State, conflict.Rule), Is.EqualTo((one.Id.Value, two.Id.Value, (Guid?)two.Id.Value, (short)1, (short)1)));
        await ProveAsync();
    }

    [Test]
    public async Task An_entry_that_breaks_a_rule_of_edits_is_quarantined_and_edits_nothing()
    {
        var device = await AddDeviceAsync();
        Edit(device, "A", ProductField.Name, " ");
        Edit(device, "A", (ProductField)9, "x");
        device.Append(new ConflictResolved(device.NextHeader(), new(Guid.NewGuid()), ProductCode.Parse("A"), ProductField.Name, "mine", [], "a device cannot"));
        await AcceptedAsync(device, 1, 3);
        Assert.That(await shop.ScalarAsync<string>("select string_agg(quarantine_code, ' ' order by sequence) from journal"), Is.EqualTo("EDIT_VALUE_MISSING EDIT_FIELD_UNKNOWN ENTRY_KIND_OF_CLOUD"));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from product_register"), Is.Zero);
        await ProveAsync();
    }

    [Test]
    public async Task Any_arrival_order_any_cut_into_batches_any_policy_and_any_repeat_give_what_is_defined([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var devices = new List<TestDevice>();
        for (var i = 0; i < 3; i++)
        {
            var device = await AddDeviceAsync();
            device.Wait(TimeSpan.FromHours(-2) + TimeSpan.FromMilliseconds(random.Next(2)));
            devices.Add(device);
        }

        var edits = new List<EntryId>();
        foreach (var device in devices)
        {
            for (var i = random.Next(4, 20); i > 0; i--)
            {
                device.Wait(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(90_000) : random.Next(2)));
                if (random.Next(4) == 0)
                {
                    device.Sell($"P{random.Next(2)}");
                    continue;
                }

                // Mostly on what the device could know; some on edits of other fields, which never come for this one.
                EntryId[] bases = [.. edits.Where(_ => random.Next(edits.Count) == 0)];
                edits.Add(Edit(device, $"P{random.Next(2)}", (ProductField)random.Next(1, 3), random.Next(6) == 0 ? null : $"v{edits.Count}", bases).Id);
            }
        }

        var left = devices.ToDictionary(device => device, _ => 0L);
        while (left.Count > 0)
        {
            if (random.Next(3) == 0) await policies.SetAsync(random.Next(2) == 0 ? "name" : "brand", new("ann", FieldNames.Rules[random.Next(4)], "a test", random.Next(2) == 0), null, default);
            if (random.Next(6) == 0) await new ConflictResolving(source, SecretSource.OfTheSystem).EditAsync(1, ProductCode.Parse("P0"), ProductField.Name, $"head office {random.Next(9)}", "ann", null, default);
            var device = left.Keys.ElementAt(random.Next(left.Count));
            var from = left[device] + 1;
            var through = Math.Min(device.LastSequence, from + random.Next(8));
            await AcceptedAsync(device, Math.Max(1, from - random.Next(3)), through);
            if (through == device.LastSequence) left.Remove(device);
            else left[device] = through;
        }

        await ProveAsync();
    }

    [Test]
    public async Task A_rebuild_makes_the_same_and_mends_what_was_tampered_with()
    {
        var (first, second) = (await AddDeviceAsync(), await AddDeviceAsync());
        for (var i = 0; i < 4; i++)
        {
            Edit(first, "A", ProductField.Name, $"one {i}");
            Edit(second, "A", ProductField.Name, $"two {i}");
            await policies.SetAsync("name", new("ann", FieldNames.Rules[i], "a test"), null, default);
            await AcceptedAsync(first, i + 1, i + 1);
            await AcceptedAsync(second, i + 1, i + 1);
        }

        await ProveAsync();
        const string all = """
            select concat((select string_agg(r::text, ' ' order by product, field) from product_register r), (select string_agg(c::text, ' ' order by conflict_id) from edit_conflict c),
                (select string_agg(e::text, ' ' order by entry_id) from product_edit e))
            """;
        var before = await shop.ScalarAsync<string>(all);
        await shop.ExecuteAsync("update product_register set value = 'forged'; update edit_conflict set winner_entry_id = first_entry_id, policy_version = 0; delete from product_edit where version = 1");
        var broken = (await new Verification(source).RunAsync(null, _ => { }, CancellationToken.None)).Invariants.Where(invariant => invariant.State == InvariantState.Broken).Select(invariant => invariant.Id);
        Assert.That(broken, Is.EqualTo(new[] { "S12" }));
        Assert.That((await new Rebuild(source, TimeProvider.System).RunAsync(null, write: true, _ => { }, CancellationToken.None)).Single(), Has.Property("Written").True.And.Property("Differences").EqualTo(3));
        Assert.That(await shop.ScalarAsync<string>(all), Is.EqualTo(before));
        await ProveAsync();
    }

    /// <summary>The checker reads registers and conflicts from the journal's bytes by itself, and sees what does not follow from them.</summary>
    [TestCase("update product_register set value = 'forged'", "is 'forged'")]
    [TestCase("update product_register set undecided = true", "undecided")]
    [TestCase("update product_register set policy_version = 7", "policy 7")]
    [TestCase("delete from product_register", "has no register")]
    [TestCase("delete from edit_conflict", "in no conflict")]
    [TestCase("update edit_conflict set winner_entry_id = first_entry_id", "won by rule")]
    [TestCase("update edit_conflict set settled_by = first_entry_id", "is settled by")]
    [TestCase("update edit_conflict set state = 2", "says state 2")]
    [TestCase("insert into edit_conflict select store_id, gen_random_uuid(), product, field, second_entry_id, first_entry_id, winner_entry_id, rule, policy_version, state, settled_by, version from edit_conflict", "no concurrent pair")]
    [TestCase("update journal set policy_version = null", "does not say under which policies")]
    public async Task What_does_not_follow_from_the_edits_breaks_S12(string tampering, string words)
    {
        var (first, second) = (await AddDeviceAsync(), await AddDeviceAsync());
        second.Wait(TimeSpan.FromSeconds(5));
        Edit(first, "A", ProductField.Name, "one");
        Edit(second, "A", ProductField.Name, "two");
        await AcceptedAsync(first, 1, 1);
        await AcceptedAsync(second, 1, 1);
        Assert.That((await Check.RunAsync(new([], shop.ConnectionString))).Invariants.Single(invariant => invariant.Id == "S12").Holds, Is.True);
        await shop.ExecuteAsync(tampering);
        var checkedAgain = (await Check.RunAsync(new([], shop.ConnectionString))).Invariants.Single(invariant => invariant.Id == "S12");
        Assert.That((checkedAgain.Holds, string.Join(' ', checkedAgain.Offenders)), Is.EqualTo(((bool?)false, string.Join(' ', checkedAgain.Offenders))));
        Assert.That(string.Join(' ', checkedAgain.Offenders), Does.Contain(words));
    }

    /// <summary>
    /// Real names that two groups of people left for one barcode at two times, each written by two kiosks at once: whichever
    /// arrives first, in one batch or in two, every product shows the same, the loser is kept and is in one conflict.
    /// </summary>
    [Test]
    public async Task Real_diverging_names_from_two_kiosks_at_once_come_to_the_same_in_every_order([Values(0, 1, 2, 3)] int order)
    {
        var rows = File.ReadLines(SharedData.Path("products/off_name_edits_2018_vs_2019.csv")).Skip(1).Select(line => line.Split(',')).Where(cells => cells.Length == 5 && ProductCode.Read(cells[0]) is ProductCodeReading.Accepted).Take(300).ToList();
        Assert.That(rows, Has.Count.EqualTo(300));
        var (first, second) = (await AddDeviceAsync(), await AddDeviceAsync());
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            // Every third pair is of one millisecond exactly: the device breaks the tie.
            first.Wait(TimeSpan.FromMilliseconds(i % 3 == 0 ? 10 : 12));
            second.Wait(TimeSpan.FromMilliseconds(i % 3 == 1 ? 14 : 10));
            var (one, two) = (Edit(first, rows[i][0], ProductField.Name, rows[i][1]), Edit(second, rows[i][0], ProductField.Name, rows[i][3]));
            var (at, then) = (Header(one), Header(two));
            expected[Code(rows[i][0]).Value] = (at.Hlc, at.Device.Value, one.Id).CompareTo((then.Hlc, then.Device.Value, two.Id)) > 0 ? rows[i][1] : rows[i][3];
        }

        var (early, late) = order % 2 == 0 ? (first, second) : (second, first);
        if (order < 2)
        {
            await AcceptedAsync(early, 1, 300);
            await AcceptedAsync(late, 1, 300);
        }
        else
        {
            for (var i = 0; i < 6; i++)
            {
                await AcceptedAsync(early, 1 + (i * 50), 50 + (i * 50));
                await AcceptedAsync(late, 1 + (i * 50), 50 + (i * 50));
            }
        }

        await using var context = shop.Context();
        Assert.That((await context.ProductRegisters.AsNoTracking().ToListAsync()).OrderBy(row => row.Product, StringComparer.Ordinal).Select(row => (row.Product, row.Value)), Is.EqualTo(expected.Select(row => (row.Key, row.Value))));
        Assert.That(await context.EditConflicts.CountAsync(), Is.EqualTo(300));
        await ProveAsync();

        EntryHeader Header(EncodedEntry entry) => ((EntryDecoding.Decoded)EntryCodec.Decode(entry.Bytes)).Entry.Header;
    }

    static ProductCode Code(string text) => ((ProductCodeReading.Accepted)ProductCode.Read(text)).Code;

    static EncodedEntry Edit(TestDevice device, string product, ProductField field, string? value, params EntryId[] basedOn) =>
        device.Append(new ProductEdited(device.NextHeader(), Code(product), field, value, basedOn));

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

    /// <summary>Registers and conflicts are those of the set of the journal's edits, under the policies they were merged by; and the product's own check finds nothing.</summary>
    async Task ProveAsync()
    {
        await JournalProof.HoldsAsync(shop);
        await using (var context = shop.Context())
        {
            var edits = new Dictionary<RegisterKey, List<(RegisterEdit Edit, int Policy, long Version)>>();
            foreach (var row in await context.Journal.AsNoTracking().Where(row => row.MergedAtVersion != null && row.PolicyVersion != null).ToListAsync())
            {
                var entry = ((EntryDecoding.Decoded)EntryCodec.Decode(row.Bytes)).Entry;
                var edit = ProductEdit.Of(entry)!;
                var key = new RegisterKey(edit.Product, edit.Field);
                if (!edits.TryGetValue(key, out var list)) edits.Add(key, list = []);
                list.Add((new(new(new(row.EffectiveTime), new(row.DeviceId), new(row.EntryId)), edit.Value, edit.BasedOn) { Resolves = entry is ConflictResolved }, row.PolicyVersion!.Value, row.MergedAtVersion!.Value));
            }

            var settings = await context.EditPolicies.AsNoTracking().ToListAsync();
            var all = new EditPolicies(settings.Select(row => ((ProductField)row.Field, new FieldPolicy(row.Version, (FieldRule)row.Rule, row.Resurrects))));
            var registers = await context.ProductRegisters.AsNoTracking().ToListAsync();
            Assert.That(registers, Has.Count.EqualTo(edits.Count));
            var pairs = 0;
            foreach (var (key, list) in edits)
            {
                var last = list.MaxBy(each => each.Version);
                var state = ProductRegister.Merge(list.Select(each => each.Edit), all.Of(key.Field, last.Policy));
                var row = registers.Single(each => each.Product == key.Product.Value && each.Field == (short)key.Field);
                Assert.That(
                    (row.EntryId, row.Value, row.Undecided, string.Join(',', row.BasedOn), string.Join(',', row.Lost), string.Join(',', row.Waiting), row.PolicyVersion, row.Version),
                    Is.EqualTo((state.Standing?.Id.Value, state.Standing?.Value, state.Undecided, string.Join(',', state.Bases), string.Join(',', state.Lost), string.Join(',', state.Waiting.Select(each => each.Id)), last.Policy, last.Version)));
                var conflicts = await context.EditConflicts.AsNoTracking().Where(each => each.Product == key.Product.Value && each.Field == (short)key.Field).ToListAsync();
                Assert.That(
                    conflicts.Select(each => (each.FirstEntryId, each.SecondEntryId, each.SettledBy)), Is.EquivalentTo(state.Pairs.Select(pair => (pair.First.Id.Value, pair.Second.Id.Value, pair.SettledBy?.Id.Value))));
                foreach (var pair in state.Pairs.Where(pair => pair.SettledBy is null))
                    Assert.That(conflicts.Single(each => each.FirstEntryId == pair.First.Id.Value && each.SecondEntryId == pair.Second.Id.Value).WinnerEntryId, Is.EqualTo(pair.Winner?.Id.Value));
                pairs += conflicts.Count;
            }

            Assert.That(await context.EditConflicts.CountAsync(), Is.EqualTo(pairs));
        }

        var result = await new Verification(source).RunAsync(null, _ => { }, CancellationToken.None);
        Assert.That(result.Invariants.Where(invariant => invariant.Id != "S24").SelectMany(invariant => invariant.Violations), Is.Empty);
        Assert.That((await Check.RunAsync(new([], shop.ConnectionString))).Invariants.Where(invariant => invariant.Holds == false && invariant.Id != "S24").SelectMany(invariant => invariant.Offenders), Is.Empty);
    }
}
