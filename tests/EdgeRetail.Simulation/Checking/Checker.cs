using System.Collections.Immutable;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Checking;

/// <summary>
/// Says what must be true, from its own record of what was committed and accepted, by plain comparison: at every step what a
/// step can break, at the end the rest. It decides nothing by the product's rules.
/// </summary>
sealed partial class Checker
{
    /// <summary>A seller takes back what was sold just now.</summary>
    const int LooksBack = 8;

    readonly Dictionary<EntryId, RecordedTruth> byId = [];
    readonly HashSet<EntryId> mayLose = [];
    readonly HashSet<string> copiedCodes = [];
    readonly Dictionary<(StoreId Store, FeedHash Hash), StoreHistory> histories = [];
    readonly Dictionary<Machine, (IReadOnlyDictionary<ProductCode, long> Cached, IReadOnlyList<OwnEntry> Own, StoreHistory Reached)> views = [];

    public Checker(IEnumerable<StoreId> stores)
    {
        var heads = ImmutableDictionary.CreateBuilder<StoreId, FeedHash>();
        foreach (var store in stores)
        {
            heads[store] = FeedHash.Start;
            histories[(store, FeedHash.Start)] = StoreHistory.Start();
        }

        Cloud = new(heads.ToImmutable(), ImmutableDictionary<StreamId, StreamTruth>.Empty, ImmutableDictionary<DeviceId, long>.Empty, ImmutableDictionary<EntryId, StoreId>.Empty);
    }

    /// <summary>Goes back where the database does.</summary>
    public CloudTruth Cloud { get; private set; }

    public int RecordedCount => byId.Count;

    /// <summary>Entries that a medium took with it before they were durable.</summary>
    public IReadOnlyCollection<EntryId> MayLose => mayLose;

    /// <summary>Codes of devices whose ledger was set back or copied.</summary>
    public IReadOnlyCollection<string> SetBack => copiedCodes;

    // ---- What happened

    public void Recorded(Machine machine, Recorded recorded, Draft draft)
    {
        CheckAmounts(recorded, draft);
        confirmed[machine] = confirmed.GetValueOrDefault(machine, []).Add(recorded.Id);
        var truth = new RecordedTruth(recorded, Staff.Movements(draft), Staff.Counts(draft), draft);
        if (!byId.TryAdd(recorded.Id, truth)) Fail("S2", $"two entries have the id {recorded.Id}");
    }

    /// <summary>The newest of the last sales in a ledger that this device made where it is now and did not void: the ledger's view, which a copy of it may not share.</summary>
    public Recorded? Voidable(IReadOnlyList<OwnEntry> own, DeviceId device, StoreId store)
    {
        var voided = new HashSet<EntryId>();
        for (var index = own.Count - 1; index >= Math.Max(0, own.Count - LooksBack); index--)
        {
            var truth = byId[own[index].Id];
            if (truth.Draft.Voids is { } voids) voided.Add(voids.Entry);
            if (truth.Draft.Kind == DraftKind.Sale && truth.Recorded.Device == device && truth.Recorded.Store == store && !voided.Contains(own[index].Id)) return truth.Recorded;
        }

        return null;
    }

    public Draft DraftOf(EntryId entry) => byId[entry].Draft;

    /// <summary>The ledger of this device was set back or copied: receipts may repeat.</summary>
    public void Copied(string deviceCode) => copiedCodes.Add(deviceCode);

    /// <summary>The entries are on no disk any more.</summary>
    public void Wiped(IEnumerable<EntryId> entries, CloudTruth? durable) => mayLose.UnionWith(entries.Where(entry => durable is null || !durable.Journal.ContainsKey(entry)));

    public void SessionOpened(DeviceId device, long number)
    {
        if (Cloud.Sessions.TryGetValue(device, out var before) && number <= before) Fail("S11", $"session {number} of device {device} was opened after {before}");
        Cloud = Cloud with { Sessions = Cloud.Sessions.SetItem(device, number) };
    }

    /// <summary>A part of a batch was committed: S2, S3, S4, S6, S10, S11, S17, L2.</summary>
    /// <param name="timesOf">When the journal says that entries happened, and on which device.</param>
    public void Accepted(
        DeviceId device, long session, BatchPart part, BatchOutcome.Accepted accepted, Func<IReadOnlyCollection<EntryId>, IReadOnlyDictionary<EntryId, (long Time, int Device)>> timesOf)
    {
        if (Cloud.Sessions.GetValueOrDefault(device) != session) Fail("S11", $"a batch of session {session} was committed after session {Cloud.Sessions.GetValueOrDefault(device)} was opened");
        var stream = part.Stream ?? throw new ViolationException("S4", "a batch without a stream was committed");
        var applied = Cloud.Streams.GetValueOrDefault(stream) ?? StreamTruth.Start(stream);
        if (part.FirstSequence > applied.Entries.Count + 1) Fail("S4", $"sequence {part.FirstSequence} was committed after {applied.Entries.Count}");
        var fresh = new List<RecordedTruth>();
        var appliedBefore = applied.Entries.Count;
        var journal = Cloud.Journal.ToBuilder();
        foreach (var entry in part.Entries)
        {
            if (!byId.TryGetValue(entry.Id, out var truth) || !truth.Recorded.Bytes.Span.SequenceEqual(entry.Bytes.Span)) throw new ViolationException("S3", $"nobody recorded what was committed at {entry.Sequence}");
            if (entry.Sequence <= applied.Entries.Count)
            {
                if (!ReferenceEquals(applied.Entries[(int)entry.Sequence - 1], truth)) Fail("S10", $"sequence {entry.Sequence} was committed with other bytes before");
                continue;
            }

            applied = applied.Add(truth);
            if (journal.TryAdd(truth.Recorded.Id, part.Store)) fresh.Add(truth);
        }

        if (accepted.AppliedThrough != applied.Entries.Count) Fail("L2", $"of a batch through {part.LastSequence} entries through {accepted.AppliedThrough} were committed");
        if (accepted.Chain != applied.Chain) Fail("S4", $"the chain of stream {stream} does not recompute at {applied.Entries.Count}");
        var hash = Cloud.Heads[part.Store];
        if (fresh.Count > 0)
        {
            var before = histories[(part.Store, hash)];
            hash = hash.Append(fresh.Select(entry => entry.Recorded.Id));
            histories[(part.Store, hash)] = before.After(fresh, timesOf([.. fresh.Select(entry => entry.Recorded.Id)]));
        }

        CheckOutcomes(device, part, accepted, appliedBefore, Cloud.Journal);
        stood.Add((stream, applied.Entries.Count, applied.Chain));
        if (accepted.StoreVersion != histories[(part.Store, hash)].Version) Fail("S5", $"store {part.Store} stands at version {accepted.StoreVersion}, {histories[(part.Store, hash)].Version} entries are in it");
        Cloud = Cloud with { Streams = Cloud.Streams.SetItem(stream, applied), Journal = journal.ToImmutable(), Heads = Cloud.Heads.SetItem(part.Store, hash) };
    }

    // ---- At every step of a device

    /// <summary>The cache is what the feed amounts to at its cursor (S14), and what is shown is that and every own entry exactly once (S15).</summary>
    public void CheckView(Machine machine)
    {
        var disk = machine.Disk;
        var store = disk.Identity.Store;
        if (!histories.TryGetValue((store, disk.StoreCursor.Hash), out var reached) || reached.Version != disk.StoreCursor.Version)
            throw new ViolationException("S14", $"machine {machine.Number} stands at version {disk.StoreCursor.Version} of a feed that store {store} never had");
        var view = (Cached: disk.Cached(), Own: disk.Own(), Reached: reached);
        // What was looked at before, row for row, looks the same.
        if (!rotten.Contains(machine) && views.TryGetValue(machine, out var before) && before == view) return;
        views[machine] = view;
        var figure = Difference(view.Cached, reached.Figures);
        if (figure is null) rotten.Remove(machine);
        if (figure is not null && !rotten.Contains(machine)) Fail("S14", $"machine {machine.Number} has applied version {reached.Version} of store {store} and {figure}");
        foreach (var own in view.Own)
        {
            if (own.Store != store)
            {
                if (own.IsPending) Fail("S15", $"machine {machine.Number} waits for the feed of another store to cover {own.Id}");
                continue;
            }

            var isCached = reached.Has(own.Id);
            if (isCached && own.IsPending) Fail("S15", $"machine {machine.Number} shows its entry {own.Id} twice");
            if (!isCached && !own.IsPending) Fail("S15", $"machine {machine.Number} does not show its entry {own.Id}");
        }

        if (figure is null) CheckShown(machine, view.Own, reached);
    }

    void CheckShown(Machine machine, IReadOnlyList<OwnEntry> own, StoreHistory reached)
    {
        var expected = new Dictionary<ProductCode, long>(reached.Figures);
        var shown = new Dictionary<ProductCode, long>(machine.Disk.Shown());
        var counted = new HashSet<ProductCode>();
        foreach (var entry in own)
        {
            if (!entry.IsPending) continue;
            var truth = byId[entry.Id];
            // What it moves is a later release's to say: this one counts it as long as it has the figures at hand.
            if (truth.IsPoison) return;
            foreach (var (product, delta) in truth.Movements) expected[product] = expected.GetValueOrDefault(product) + delta;
            // What a pending count adds was fixed by what was shown before it, which nobody has kept; what is shown right after it is looked at then.
            foreach (var product in truth.Counts.Keys) counted.Add(product);
        }

        foreach (var product in counted)
        {
            expected.Remove(product);
            shown.Remove(product);
        }

        if (Difference(shown, expected) is { } figure) Fail("S15", $"machine {machine.Number} shows that {figure}");
    }

    /// <summary>What was just counted is what is shown (S15).</summary>
    public void CheckCounted(Machine machine, Draft draft)
    {
        var shown = machine.Disk.Shown();
        foreach (var (product, quantity) in Staff.Counts(draft))
        {
            if (shown.GetValueOrDefault(product) != quantity) Fail("S15", $"machine {machine.Number} counted {quantity} of {product} and shows {shown.GetValueOrDefault(product)}");
        }
    }

    /// <summary>What was forgotten is durable and in the cache (S8).</summary>
    public void CheckPruned(Machine machine, IEnumerable<OwnEntry> pruned)
    {
        foreach (var own in pruned)
        {
            if (own.IsPending) Fail("S8", $"machine {machine.Number} forgot its entry {own.Id} while it was pending");
        }
    }

    // ---- When everything has come to rest

    public void CheckAtRest(IReadOnlyList<Machine> machines, CloudContents contents)
    {
        CheckStores(contents);
        CheckTimes(contents);
        CheckStreams(contents);
        // What a restore took is there again, by what the devices did of themselves.
        foreach (var entry in forgotten)
        {
            if (!Cloud.Journal.ContainsKey(entry) && !mayLose.Contains(entry)) Fail("S9", $"entry {entry}, which a restore took, has not come back");
        }

        foreach (var truth in byId.Values)
        {
            if (!Cloud.Journal.ContainsKey(truth.Recorded.Id) && !mayLose.Contains(truth.Recorded.Id)) Fail("S1", $"entry {truth.Recorded.Id} of device {truth.Recorded.Device} is lost");
        }

        foreach (var machine in machines) CheckAtRest(machine, contents);
        CheckReceipts();
    }

    void CheckStores(CloudContents contents)
    {
        foreach (var store in contents.Stores)
        {
            var head = Cloud.Heads[store.Store];
            var reached = histories[(store.Store, head)];
            if (store.Hash != head || store.Version != reached.Version) Fail("S14", $"store {store.Store} stands at version {store.Version}, what was accepted amounts to {reached.Version}");
            if (store.Journal.Count != reached.Version) Fail("S2", $"store {store.Store} has {store.Journal.Count} journal rows for {reached.Version} entries");
            foreach (var row in store.Journal)
            {
                if (!byId.TryGetValue(row.Id, out var truth)) throw new ViolationException("S3", $"nobody recorded journal row {row.Id}");
                if (row.Hash != truth.Hash) Fail("S2", $"journal row {row.Id} has other bytes");
                if (truth.Recorded.Store != store.Store) Fail("S3", $"entry {row.Id} of store {truth.Recorded.Store} is in store {store.Store}");
                if (row.IsQuarantined != truth.IsPoison) Fail("S3", $"entry {row.Id} is {(row.IsQuarantined ? "" : "not ")}quarantined");
            }

            if (Difference(store.Stock, reached.Figures) is { } stock) Fail("S5", $"store {store.Store}: {stock}");
            if (Difference(store.EffectSums, reached.Figures) is { } sums) Fail("S5", $"the effects of store {store.Store}: {sums}");
        }
    }

    /// <summary>Effective time rises with every entry of a device, and is not beyond what is believed of a clock (S18).</summary>
    static void CheckTimes(CloudContents contents)
    {
        foreach (var device in contents.Stores.SelectMany(store => store.Journal).GroupBy(row => row.Device))
        {
            // What is received at once in two stores came in the order of its times, whichever that is.
            var rows = device.OrderBy(row => row.ReceivedAtMs).ThenBy(row => row.EffectiveTime.Packed).ToList();
            for (var index = 0; index < rows.Count; index++)
            {
                var row = rows[index];
                if (index > 0 && row.EffectiveTime.CompareTo(rows[index - 1].EffectiveTime) <= 0) Fail("S18", $"entry {row.Id} of device {row.Device} is not later than the one before it");
                // Raised above its predecessors, which the bound holds for.
                if (row.EffectiveTime.Milliseconds > row.ReceivedAtMs + (long)ProtocolLimits.ClockBound.TotalMilliseconds + 1) Fail("S18", $"entry {row.Id} is later than its receipt allows");
            }
        }

        foreach (var store in contents.Stores)
        {
            foreach (var device in store.Journal.GroupBy(row => row.Device))
            {
                var times = device.OrderBy(row => row.Version).Select(row => row.EffectiveTime.Packed).ToList();
                if (!times.SequenceEqual(times.Order())) Fail("S18", $"the times of device {device.Key} do not rise with the versions of store {store.Store}");
            }
        }
    }

    void CheckStreams(CloudContents contents)
    {
        var rows = contents.Stores.SelectMany(store => store.Journal).Select(row => (row.Stream, row.Sequence, Entry: row.Id))
            .Concat(contents.Sequences).GroupBy(row => row.Stream).ToDictionary(group => group.Key, group => group.OrderBy(row => row.Sequence).ToList());
        foreach (var (stream, (appliedThrough, chain)) in contents.Streams)
        {
            var accepted = Cloud.Streams.GetValueOrDefault(stream) ?? StreamTruth.Start(stream);
            var consumed = rows.GetValueOrDefault(stream) ?? [];
            if (appliedThrough != accepted.Entries.Count || chain != accepted.Chain) Fail("S4", $"stream {stream} stands at {appliedThrough}, accepted were {accepted.Entries.Count}");
            if (!consumed.Select(row => row.Entry).SequenceEqual(accepted.Entries.Select(entry => entry.Recorded.Id))) Fail("S4", $"journal and consumed sequences of stream {stream} are not 1..{appliedThrough}");
        }
    }

    void CheckAtRest(Machine machine, CloudContents contents)
    {
        var disk = machine.Disk;
        var store = contents.Stores.First(each => each.Store == disk.Identity.Store);
        if (disk.AcknowledgedThrough != disk.LastSequence) Fail("S16", $"machine {machine.Number} has entries to send");
        if (disk.Own().Any(own => own.IsPending)) Fail("S16", $"machine {machine.Number} has pending entries");
        if (Difference(disk.Cached(), store.Stock) is { } figure) Fail("S16", $"machine {machine.Number}: {figure}");
        if (Difference(disk.Pending(), ImmutableDictionary<ProductCode, long>.Empty) is { } pending) Fail("S16", $"machine {machine.Number} has pending figures: {pending}");
    }

    void CheckReceipts()
    {
        foreach (var series in byId.Values.Select(truth => truth.Recorded.Receipt).OfType<ReceiptNumber>().GroupBy(receipt => (receipt.DeviceCode, receipt.Series)))
        {
            var numbers = series.Select(receipt => receipt.Number).Order().ToList();
            var distinct = numbers.Distinct().ToList();
            if (distinct[^1] != distinct.Count) Fail("S24", $"receipts of series {series.Key.DeviceCode}-{series.Key.Series} have a gap");
            if (distinct.Count != numbers.Count && !copiedCodes.Contains(series.Key.DeviceCode)) Fail("S24", $"receipts of series {series.Key.DeviceCode}-{series.Key.Series} repeat");
        }
    }

    /// <summary>The first figure that differs; 0 and none are the same.</summary>
    static string? Difference(IReadOnlyDictionary<ProductCode, long> found, IReadOnlyDictionary<ProductCode, long> expected)
    {
        foreach (var (product, figure) in expected)
        {
            if (found.GetValueOrDefault(product) != figure) return $"{product} is {found.GetValueOrDefault(product)}, not {figure}";
        }

        foreach (var (product, figure) in found)
        {
            if (figure != 0 && !expected.ContainsKey(product)) return $"{product} is {figure}, not 0";
        }

        return null;
    }

    static void Fail(string invariant, string detail) => throw new ViolationException(invariant, detail);
}
