using System.Collections.Immutable;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Checking;

/// <summary>What the sides tell each other, what is on a disk after it was started, and what is asked of the cloud in what time.</summary>
sealed partial class Checker
{
    /// <summary>Back-off is a second at first: many failures in a row are far apart, and a good session may be followed at once.</summary>
    public const int CallsInWindowMax = 240;

    /// <summary>A reading that nothing disturbs takes a few questions, however the feed grows meanwhile.</summary>
    public static readonly TimeSpan ReadingLastsMax = TimeSpan.FromMinutes(10);

    /// <summary>No device of a herd waits so many times as long as the one in the middle.</summary>
    public const int StarvedBeyondMedian = 10;

    static readonly TimeSpan CallsWindow = TimeSpan.FromMinutes(10);

    /// <summary>Wherever a stream ever stood, in whichever history.</summary>
    readonly HashSet<(StreamId Stream, long Sequence, ChainHash Chain)> stood = [];
    readonly Dictionary<StreamId, long> toldDurable = [];

    /// <summary>Entries that some history's journal has had, and those that a restore took out of it.</summary>
    readonly HashSet<EntryId> journalled = [];
    readonly HashSet<EntryId> forgotten = [];
    readonly Dictionary<DeviceId, ImmutableHashSet<StoreId>> assigned = [];
    readonly Dictionary<Machine, ImmutableList<EntryId>> confirmed = [];
    readonly Dictionary<Machine, Queue<TimeSpan>> calls = [];

    /// <summary>Machines in whose cache a row may have rotted, until it is looked at and right.</summary>
    readonly HashSet<Machine> rotten = [];
    bool hasRotted;

    // ---- What nobody wrote

    /// <summary>A row of its cache is not what was written: what is shown is wrong until the device has noticed.</summary>
    public void Rotted(Machine machine)
    {
        hasRotted = true;
        rotten.Add(machine);
    }

    public bool IsRotten(Machine machine) => rotten.Contains(machine);

    /// <summary>What comes from another disk, or comes back, may have rotted before.</summary>
    public void MayHaveRotted(Machine machine)
    {
        if (hasRotted) rotten.Add(machine);
    }

    // ---- What the cloud tells

    /// <summary>The database is at an earlier point. What anybody was told to be durable is there (S7).</summary>
    public void Restored(CloudTruth truth)
    {
        foreach (var (stream, durable) in toldDurable)
        {
            if ((truth.Streams.GetValueOrDefault(stream)?.Entries.Count ?? 0) < durable) Fail("S7", $"stream {stream} was said to be durable through {durable} and stands at {truth.Streams.GetValueOrDefault(stream)?.Entries.Count ?? 0} after a restore");
        }

        forgotten.UnionWith(Cloud.Journal.Keys.Where(entry => !truth.Journal.ContainsKey(entry)));
        Cloud = truth;
    }

    /// <summary>The device has this store from now on, and what its predecessor had.</summary>
    public void Assigned(DeviceId device, StoreId store, DeviceId? predecessor = null) =>
        assigned[device] = assigned.GetValueOrDefault(device, []).Union(predecessor is { } former ? assigned.GetValueOrDefault(former, []) : []).Add(store);

    /// <summary>A device hears it: the cloud had what it acknowledges (S6), and shows no store that is not the device's (S17).</summary>
    /// <param name="session">The stream of the session in which it is said.</param>
    public void Told(Machine machine, StreamId session, CloudMessage message)
    {
        switch (message.MessageCase)
        {
            case CloudMessage.MessageOneofCase.Welcome:
                Acknowledged(machine, StreamId.Read(message.Welcome.Stream.Span), message.Welcome.AppliedThrough, message.Welcome.AppliedChain, message.Welcome.DurableThrough);
                break;
            case CloudMessage.MessageOneofCase.Ack: Acknowledged(machine, session, message.Ack.AppliedThrough, message.Ack.AppliedChain, message.Ack.DurableThrough); break;
            case CloudMessage.MessageOneofCase.Refusal when message.Refusal.AppliedChain.Length > 0:
                Acknowledged(machine, session, message.Refusal.AppliedThrough, message.Refusal.AppliedChain, 0);
                break;
            case CloudMessage.MessageOneofCase.Page: Shown(machine, session, message.Page); break;
            case CloudMessage.MessageOneofCase.SnapshotPage: CheckAssigned(machine.Disk.Identity.Device, new((int)message.SnapshotPage.Store)); break;
            default: break;
        }
    }

    void Acknowledged(Machine machine, StreamId stream, ulong through, Google.Protobuf.ByteString chain, ulong durable)
    {
        var stands = (stream, (long)through, ChainHash.Read(chain.Span));
        if (!stood.Contains(stands) && stands != (stream, 0, ChainHash.Start(stream))) Fail("S6", $"machine {machine.Number} is told that stream {stream} stands at {through}, where it never stood with that chain");
        var safe = (long)Math.Min(durable, through);
        if (safe > toldDurable.GetValueOrDefault(stream)) toldDurable[stream] = safe;
    }

    void Shown(Machine machine, StreamId session, Page page)
    {
        var store = new StoreId((int)page.Store);
        CheckAssigned(machine.Disk.Identity.Device, store);
        if (page.Marker is { } marker) Acknowledged(machine, session, marker.AppliedThrough, marker.AppliedChain, marker.DurableThrough);
        foreach (var effect in page.Effects)
        {
            if (effect.EntryId.Length > 0 && byId.TryGetValue(EntryId.Read(effect.EntryId.Span), out var truth) && truth.Recorded.Store != store)
                Fail("S17", $"the feed of store {store} has entry {truth.Recorded.Id} of store {truth.Recorded.Store}");
        }
    }

    void CheckAssigned(DeviceId device, StoreId store)
    {
        if (!assigned.GetValueOrDefault(device, []).Contains(store)) Fail("S17", $"store {store} was never device {device}'s");
    }

    /// <summary>What became of each entry of the part is what it says (S6), and none is of a store that is not the device's (S17).</summary>
    void CheckOutcomes(DeviceId device, BatchPart part, BatchOutcome.Accepted accepted, long appliedBefore, ImmutableDictionary<EntryId, StoreId> journalBefore)
    {
        CheckAssigned(device, part.Store);
        var told = accepted.Outcomes.ToDictionary(outcome => outcome.Sequence);
        foreach (var entry in part.Entries)
        {
            var truth = byId[entry.Id];
            if (truth.Recorded.Store != part.Store) Fail("S17", $"entry {entry.Id} of store {truth.Recorded.Store} was committed in store {part.Store}");
            var outcome = told.GetValueOrDefault(entry.Sequence);
            var isTrue = truth.IsPoison ? outcome is EntryOutcome.Quarantined
                : entry.Sequence <= appliedBefore || journalBefore.ContainsKey(entry.Id) ? outcome is EntryOutcome.Duplicate
                : outcome is null;
            if (!isTrue) Fail("S6", $"of entry {entry.Id} at {entry.Sequence} it is said: {outcome?.GetType().Name ?? "merged"}");
        }

        journalled.UnionWith(part.Entries.Select(entry => entry.Id));
    }

    // ---- What a device says and keeps

    /// <summary>What the entry says in money is what staff did: integers, and the lines sum to the total (S19).</summary>
    static void CheckAmounts(Recorded recorded, Draft draft)
    {
        if (draft.Poison) return;
        if (EntryCodec.Decode(recorded.Bytes) is not EntryDecoding.Decoded { Entry: var entry }) throw new ViolationException("S19", $"entry {recorded.Id} does not decode");
        if (entry is not Contracts.Entries.SaleRecorded sale) return;
        var sum = 0L;
        for (var index = 0; index < draft.Lines.Count; index++)
        {
            var (line, drafted) = (sale.Lines[index], draft.Lines[index]);
            // Whole pieces: nothing is rounded.
            var amount = checked(drafted.PriceMinor * (drafted.Thousandths / 1000));
            sum = checked(sum + amount);
            if (line.Amount.MinorUnits != amount || line.Quantity.Thousandths != drafted.Thousandths || line.Product != drafted.Product) Fail("S19", $"line {index + 1} of {recorded.Id} is {line.Quantity} of {line.Product} for {line.Amount}, not {amount}");
        }

        if (sale.Lines.Count != draft.Lines.Count || sale.Total.MinorUnits != sum || sale.Tenders.Sum(tender => tender.Amount.MinorUnits) != sum) Fail("S19", $"the lines of {recorded.Id} sum to {sum}, it says {sale.Total}");
    }

    /// <summary>What the device reports is what is on its disk, and what it says to be sent has arrived (S21).</summary>
    public void Reported(Machine machine, SyncFigures figures)
    {
        var (disk, own) = (machine.Disk, machine.Disk.Own());
        if (figures.LastSequence != disk.LastSequence || figures.OutboxCount != disk.LastSequence - disk.AcknowledgedThrough) Fail("S21", $"machine {machine.Number} reports {figures.OutboxCount} of {figures.LastSequence} entries to send, {disk.LastSequence - disk.AcknowledgedThrough} of {disk.LastSequence} are");
        var pending = own.Count(entry => entry.IsPending);
        if (figures.PendingCount != pending) Fail("S21", $"machine {machine.Number} reports {figures.PendingCount} pending entries, {pending} are");
        if (figures.OutboxCount == 0 && own.FirstOrDefault(entry => !journalled.Contains(entry.Id)) is { } unsent && unsent != default) Fail("S21", $"machine {machine.Number} reports that all is sent, and {unsent.Id} never arrived");
    }

    /// <summary>Another disk content is there now, by somebody's hand: what follows is measured by that.</summary>
    public void DiskReplaced(Machine machine)
    {
        MayHaveRotted(machine);
        confirmed[machine] = [.. machine.Disk.Own().Select(own => own.Id)];
    }

    /// <summary>
    /// The program was started: the ledger is whole, and its entries are the newest of those that were confirmed, without a gap
    /// (S23). Older ones may have been forgotten; that may have been lost with the power, and they are there again.
    /// </summary>
    public void CheckStarted(Machine machine)
    {
        if (!machine.Disk.IsWhole()) Fail("S23", $"the ledger of machine {machine.Number} is damaged");
        if (!confirmed.TryGetValue(machine, out var expected))
        {
            DiskReplaced(machine);
            return;
        }

        var own = machine.Disk.Own();
        var first = expected.Count - own.Count;
        for (var index = 0; index < own.Count; index++)
        {
            if (first < 0 || expected[first + index] != own[index].Id) Fail("S23", $"the ledger of machine {machine.Number} has {own.Count} entries that are not the last of the {expected.Count} that were confirmed");
        }

        if (own.Count == 0 && expected.Count > 0 && machine.Disk.OldestRetained <= machine.Disk.LastSequence) Fail("S23", $"the ledger of machine {machine.Number} is empty");
    }

    /// <summary>An older ledger lacks entries that were confirmed, and what stands beside it says so (S23).</summary>
    public static void CheckLocalRollbackNoticed(Machine machine)
    {
        if (machine.Disk.State().Fork is null) Fail("S23", $"machine {machine.Number} lacks entries that were confirmed and does not notice");
    }

    // ---- How much, and how long

    /// <summary>A device calls no more often than back-off lets it (S22).</summary>
    public void Called(Machine machine, TimeSpan at)
    {
        if (!calls.TryGetValue(machine, out var recent)) calls[machine] = recent = [];
        while (recent.TryPeek(out var oldest) && oldest < at - CallsWindow) recent.Dequeue();
        recent.Enqueue(at);
        if (recent.Count > CallsInWindowMax) Fail("S22", $"machine {machine.Number} called {recent.Count} times within {CallsWindow.TotalMinutes} minutes");
    }

    /// <summary>A replica holds one call of a device, few pages of it under way, and no batch is larger than it said (S22).</summary>
    public static void CheckBounds(DeviceId device, int open, int pagesInFlight, int pagesMax, int entries, int entriesMax)
    {
        if (open > 1) Fail("S22", $"a replica holds {open} calls of device {device}");
        if (pagesInFlight > pagesMax) Fail("S22", $"{pagesInFlight} pages are under way to device {device}, {pagesMax} may be");
        if (entries > entriesMax) Fail("S22", $"device {device} sends {entries} entries in one batch, {entriesMax} may be");
    }

    /// <summary>A reading of the stock that nothing disturbs comes to its end (L4).</summary>
    public static void CheckReading(Machine machine, TimeSpan lasts)
    {
        if (lasts > ReadingLastsMax) Fail("L4", $"machine {machine.Number} has been reading its stock for {lasts} on one sound call");
    }

    /// <summary>Devices that came back together were all served, none long after the others (L3).</summary>
    public static void CheckHerd(IReadOnlyCollection<TimeSpan> drainedAfter)
    {
        var sorted = drainedAfter.Order().ToList();
        var (median, last) = (sorted[sorted.Count / 2], sorted[^1]);
        if (last > median * StarvedBeyondMedian) Fail("L3", $"of {sorted.Count} devices that came back together one was served after {last}, the one in the middle after {median}");
    }
}
