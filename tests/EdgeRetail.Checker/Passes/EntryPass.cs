using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;
using EdgeRetail.Checker.History;
using EdgeRetail.Checker.Ledgers;

namespace EdgeRetail.Checker.Passes;

/// <summary>
/// Goes through the journal and all ledgers in order of entry id: what was recorded is there (S1), once and with equal bytes
/// (S2), and nothing else is (S3), of the right store (S17); own entries are pending or covered, never both (S15); figures add
/// up (S19); receipt numbers have no gap (S24). On the way it folds the journal in this order, for S5.
/// </summary>
sealed class EntryPass(CloudSnapshot snapshot, CloudState cloud, IReadOnlyList<Ledger> ledgers, StreamPass streams, Verdicts verdicts, CheckInput input)
{
    const string JournalSql = $"SELECT {JournalRow.Columns} FROM journal ORDER BY entry_id, store_id";
    const string LedgerSql = "SELECT position, entry_id, store_id, kind, bytes, hash FROM entry ORDER BY entry_id";
    const string PendingSql = "SELECT position, product, store_id, adjustment FROM pending";

    readonly EntryBody body = new();
    readonly EntryBody ownBody = new();
    readonly Dictionary<string, long> movements = new(StringComparer.Ordinal);
    readonly Dictionary<(int Store, string Product), long> fold = [];
    readonly Dictionary<(string Device, string Series), List<long>> receipts = [];
    readonly HashSet<(string Device, string Series, long Number)> receiptsInQuarantine = [];
    readonly HashSet<int> devicesWithUnreadableEntries = [];
    readonly HashSet<EntryKey> mayLose = [.. (input.History?.Events ?? []).OfType<HistoryEvent.Fault>().SelectMany(fault => fault.MayLose).Select(EntryKey.Of)];

    long pruned;

    /// <summary>By store and product the latest count, and the sum of the movements after it, taken in order of entry id.</summary>
    public IReadOnlyDictionary<(int Store, string Product), long> Fold => fold;

    public LatestCounts Counts { get; private set; } = new();

    public long InJournal { get; private set; }

    public long Recorded { get; private set; }

    public long Quarantined { get; private set; }

    public long Lost { get; private set; }

    public long Duplicated { get; private set; }

    public long OnTheirWay { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Counts = await LatestCounts.ReadAsync(snapshot, cancellationToken);
        foreach (var (key, count) in Counts.All) fold[key] = count.Counted;
        var walks = new List<Walk>();
        try
        {
            foreach (var ledger in ledgers) walks.Add(await OpenAsync(ledger, cancellationToken));
            await MergeAsync(walks, cancellationToken);
        }
        finally
        {
            foreach (var walk in walks) await walk.Entries.DisposeAsync();
        }

        CheckReceipts();
        foreach (var walk in walks) CheckPendingLeft(walk);
        CheckPruning();
        foreach (var ledger in ledgers.Where(ledger => ledger.CoveredCount + ledger.PendingEntries != ledger.EntryCount))
            verdicts["S15"].Broken($"{ledger}: counts {ledger.CoveredCount} covered and {ledger.PendingEntries} pending of {ledger.EntryCount} entries");
        var without = cloud.Devices.Values.Count(device => ledgers.All(ledger => ledger.DeviceId != device.Id));
        var strangers = without == 0 ? "" : $"; {without} devices' ledgers were not given";
        verdicts["S1"].Observed($"{Recorded:N0} entries of {ledgers.Count} ledgers{(OnTheirWay > 0 ? $", {OnTheirWay:N0} still in an outbox" : "")}{strangers}");
        verdicts["S2"].Observed($"{InJournal:N0} rows, bytes compared");
        verdicts["S3"].Observed($"{InJournal:N0} rows, {Quarantined:N0} of them quarantined{strangers}");
        verdicts["S15"].Observed($"{ledgers.Sum(ledger => ledger.PendingEntries):N0} pending of {Recorded:N0}");
        verdicts["S15"].NotObserved("the steps in between");
        verdicts["S17"].Observed($"{InJournal:N0} rows against {cloud.Assignments.Count} assignments");
        verdicts["S19"].Observed($"{InJournal:N0} journal rows");
        verdicts["S24"].Observed($"{receipts.Values.Sum(series => series.Count):N0} receipts in the journal");
    }

    async Task<Walk> OpenAsync(Ledger ledger, CancellationToken cancellationToken)
    {
        var pending = new Dictionary<long, List<(string Product, long Store, long Adjustment)>>();
        foreach (var (position, product, store, adjustment) in ledger.Read(ledger.Command(PendingSql), reader => (reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3))))
        {
            if (!pending.TryGetValue(position, out var rows)) pending[position] = rows = [];
            rows.Add((product, store, adjustment));
        }

        return new(ledger, await Cursor<LedgerEntry>.OpenAsync(ledger.Command(LedgerSql), LedgerRows.Entry, cancellationToken), pending);
    }

    async Task MergeAsync(List<Walk> walks, CancellationToken cancellationToken)
    {
        await using var journal = await snapshot.CursorAsync(JournalSql, JournalRow.Read, cancellationToken);
        var heads = new PriorityQueue<Walk, EntryKey>();
        foreach (var walk in walks.Where(walk => walk.Entries.HasRow)) heads.Enqueue(walk, walk.Entries.Row.Id);

        EntryKey? before = null;
        for (; journal.HasRow; await journal.MoveAsync(cancellationToken))
        {
            var row = journal.Row;
            InJournal++;
            var again = row.Id == before;
            before = row.Id;
            await SkipToAsync(row.Id);
            CheckRow(row, again);

            var found = false;
            while (heads.TryPeek(out var walk, out var id) && id == row.Id)
            {
                found |= walk.Ledger.IsOf(row.DeviceId);
                CheckMatch(walk, walk.Entries.Row, row);
                await AdvanceAsync(walk);
            }

            if (!found && !again) CheckStranger(row);
        }

        await SkipToAsync(null);

        // Whatever the ledgers hold before this id, the journal does not.
        async Task SkipToAsync(EntryKey? until)
        {
            while (heads.TryPeek(out var walk, out var id) && (until is null || id.CompareTo(until.Value) < 0))
            {
                CheckMissing(walk, walk.Entries.Row);
                await AdvanceAsync(walk);
            }
        }

        async Task AdvanceAsync(Walk walk)
        {
            Recorded++;
            heads.Dequeue();
            await walk.Entries.MoveAsync(cancellationToken);
            if (walk.Entries.HasRow) heads.Enqueue(walk, walk.Entries.Row.Id);
        }
    }

    void CheckRow(JournalRow row, bool again)
    {
        var hash = Digest.Of(row.Bytes);
        if (row.Hash != hash) verdicts["S2"].Broken($"{row.Id}: the bytes hash to {hash}, the row says {row.Hash}");
        if (again)
        {
            Duplicated++;
            verdicts["S2"].Broken($"{row.Id} stands in the journal twice, again in store {row.StoreId}");
        }

        var reads = body.Read(row.Bytes);
        if (!reads) devicesWithUnreadableEntries.Add(row.DeviceId);
        if (row.IsQuarantined)
        {
            Quarantined++;
            if (row.Id != body.IdFor(hash) && row.Id != EntryKey.Derive(0, hash)) verdicts["S2"].Broken($"{row.Id} (quarantined) is not the id of its bytes");
            if (reads && body.HasReceipt) receiptsInQuarantine.Add((body.DeviceCode, body.ReceiptSeries, body.ReceiptNumber));
            if (row.MergedAtVersion is not null) verdicts["S3"].Broken($"{row.Id} is quarantined and merged at {row.MergedAtVersion}");
            return;
        }

        if (!reads)
        {
            verdicts["S3"].Broken($"{row.Id} was merged and does not read: {body.Fault ?? $"kind {body.Kind}"}");
            return;
        }

        if (row.IsOfCloud)
        {
            CheckCloudEntry(row);
            return;
        }

        if (row.Id != body.IdFor(hash)) verdicts["S2"].Broken($"{row.Id}: its bytes say {body.IdFor(hash)}");
        if (row.Kind != body.Kind) verdicts["S2"].Broken($"{row.Id}: its row says kind {row.Kind}, its bytes {body.Kind}");
        if (!cloud.Lineage(row.DeviceId).Contains((int)body.Device)) verdicts["S3"].Broken($"{row.Id}: of device {body.Device} by its bytes, {row.DeviceId} by its row");
        if (body.Store != row.StoreId) verdicts["S17"].Broken($"{row.Id}: happened in store {body.Store} and stands in store {row.StoreId}");
        if (!cloud.Assignments.Contains(((int)body.Device, body.AssignmentVersion, (int)body.Store)))
            verdicts["S3"].Broken($"{row.Id}: device {row.DeviceId} was not assigned to store {body.Store} at version {body.AssignmentVersion}");
        if (cloud.Streams.TryGetValue(row.Stream, out var stream) && stream.DeviceId != row.DeviceId)
            verdicts["S3"].Broken($"{row.Id}: of device {row.DeviceId} in a stream of device {stream.DeviceId}");
        if (EntryKinds.IsSettlement(body.Kind) || body.Kind == EntryKinds.ConflictResolved) verdicts["S3"].Broken($"{row.Id}: device {row.DeviceId} sent a {EntryKinds.Name(body.Kind)}, which only the cloud records");
        Count(row, body, again);
    }

    /// <summary>What an operator recorded: of its store, in its store's stream, about an entry in quarantine. A correction's own bytes count.</summary>
    void CheckCloudEntry(JournalRow row)
    {
        var hash = Digest.Of(row.Bytes);
        if (row.Id != body.IdFor(hash)) verdicts["S2"].Broken($"{row.Id}: its bytes say {body.IdFor(hash)}");
        if (row.Kind != body.Kind) verdicts["S2"].Broken($"{row.Id}: its row says kind {row.Kind}, its bytes {body.Kind}");
        if ((!EntryKinds.IsSettlement(body.Kind) && !EntryKinds.IsEdit(body.Kind)) || body.Device != 0) verdicts["S3"].Broken($"{row.Id}: a cloud entry of kind {body.Kind} and device {body.Device}");
        if (body.Store != row.StoreId) verdicts["S17"].Broken($"{row.Id}: happened in store {body.Store} and stands in store {row.StoreId}");
        if (!cloud.Streams.TryGetValue(row.Stream, out var stream) || stream.DeviceId != -row.StoreId) verdicts["S3"].Broken($"{row.Id}: a cloud entry of store {row.StoreId} in another's stream");
        if (row.MergedAtVersion != row.ReceivedAtVersion) verdicts["S5"].Broken($"{row.Id}: a cloud entry recorded at {row.ReceivedAtVersion} and merged at {row.MergedAtVersion}");
        if (body.Kind != EntryKinds.QuarantineCorrected) return;

        var corrected = new EntryBody();
        if (!corrected.Read(body.Corrected) || EntryKinds.IsSettlement(corrected.Kind) || EntryKinds.IsEdit(corrected.Kind)) verdicts["S3"].Broken($"{row.Id} corrects by bytes that are no entry of a device: {corrected.Fault ?? $"kind {corrected.Kind}"}");
        else if (corrected.Store != row.StoreId) verdicts["S17"].Broken($"{row.Id}: corrects by an entry of store {corrected.Store} and stands in store {row.StoreId}");
        else Count(row, corrected, again: false);
    }

    void Count(JournalRow row, EntryBody counted, bool again)
    {
        if (MoneyRules.Fault(counted) is { } fault) verdicts["S19"].Broken($"{row.Id}: {fault}");
        if (counted.HasReceipt && !again)
        {
            var key = (counted.DeviceCode, counted.ReceiptSeries);
            if (!receipts.TryGetValue(key, out var numbers)) receipts[key] = numbers = [];
            numbers.Add(counted.ReceiptNumber);
        }

        movements.Clear();
        if (!counted.AddMovements(movements)) verdicts["S19"].Broken($"{row.Id}: its lines overflow");
        foreach (var (product, delta) in movements.Where(movement => !Counts.Saw(row.StoreId, movement.Key, EntryOrder.Of(row))))
            fold[(row.StoreId, product)] = fold.GetValueOrDefault((row.StoreId, product)) + delta;
    }

    void CheckMatch(Walk walk, LedgerEntry entry, JournalRow row)
    {
        if (!entry.Bytes.AsSpan().SequenceEqual(row.Bytes)) verdicts["S2"].Broken($"{row.Id}: {walk.Ledger} holds other bytes than the journal");
        if (walk.Ledger.DeviceId != row.DeviceId) return;
        if (entry.StoreId != walk.Ledger.StoreId || row.StoreId != walk.Ledger.StoreId) return;

        var covered = row.ReceivedAtVersion <= walk.Ledger.StoreFeed.Version;
        var pending = walk.Pending.Remove(entry.Position, out var rows);
        if (covered && pending) verdicts["S15"].Broken($"{walk.Ledger}: {row.Id} is pending and covered by the feed at {row.ReceivedAtVersion}: it counts twice");
        if (!covered && !pending) verdicts["S15"].Broken($"{walk.Ledger}: {row.Id} is neither pending nor covered (feed at {walk.Ledger.StoreFeed.Version}, merged at {row.ReceivedAtVersion})");
        if (pending) CheckAdjustments(walk, entry, rows!);
    }

    void CheckMissing(Walk walk, LedgerEntry entry)
    {
        if (streams.JournalledUnderAnotherId.Contains(entry.Id))
        {
            walk.Pending.Remove(entry.Position);
            return;
        }

        var sequence = walk.Ledger.SequenceOf(entry.Position);
        var sent = walk.Ledger.Current is { } stream && sequence <= stream.AcknowledgedThrough;
        if (mayLose.Contains(entry.Id))
        {
            // The fault log names it: its only medium was destroyed.
        }
        else if (sent || input.Quiescent)
        {
            Lost++;
            verdicts["S1"].Broken($"{walk.Ledger}: {entry.Id} (sequence {sequence}, {EntryKinds.Name(entry.Kind)}) is not in the journal{(sent ? ", though acknowledged" : "")}");
        }
        else OnTheirWay++;

        if (walk.Pending.Remove(entry.Position, out var rows)) CheckAdjustments(walk, entry, rows);
        else if (entry.StoreId == walk.Ledger.StoreId) verdicts["S15"].Broken($"{walk.Ledger}: {entry.Id} is neither pending nor in the journal");
    }

    void CheckAdjustments(Walk walk, LedgerEntry entry, List<(string Product, long Store, long Adjustment)> rows)
    {
        movements.Clear();
        if (!ownBody.Read(entry.Bytes)) return;
        ownBody.AddMovements(movements);
        // What a count adjusts was fixed by the view before it, which is gone: here only that it is of the products it counted.
        if (ownBody.AddCounts(movements) && ownBody.Kind == EntryKinds.StockCounted)
        {
            foreach (var (product, _, adjustment) in rows.Where(row => movements.ContainsKey(row.Product))) movements[product] = adjustment;
        }

        if (movements.Count == 0) movements[""] = 0;
        var equal = rows.Count == movements.Count && rows.All(row => movements.TryGetValue(row.Product, out var delta) && delta == row.Adjustment && row.Store == entry.StoreId);
        if (!equal)
            verdicts["S15"].Broken($"{walk.Ledger}: {entry.Id} is pending as {string.Join(", ", rows.Select(row => $"{row.Product} {row.Adjustment}"))} and moves {string.Join(", ", movements.Select(move => $"{move.Key} {move.Value}"))}");
    }

    void CheckPendingLeft(Walk walk)
    {
        foreach (var position in walk.Pending.Keys) verdicts["S15"].Broken($"{walk.Ledger}: position {position} is pending and is no entry");
    }

    void CheckStranger(JournalRow row)
    {
        var ledger = ledgers.FirstOrDefault(ledger => ledger.DeviceId == row.DeviceId);
        if (ledger is null) return;
        ledger.ConfirmedAndPruned.Remove(row.Id);
        var own = ledger.Streams.FirstOrDefault(stream => stream.Id == row.Stream && !stream.IsPlaceholder);
        if (own is not null && own.BasePosition + row.Sequence <= ledger.PrunedThrough)
        {
            pruned++;
            if (row.StoreId == ledger.StoreId && row.ReceivedAtVersion > ledger.StoreFeed.Version)
                verdicts["S8"].Broken($"{ledger}: {row.Id} was pruned, and the cache ends at version {ledger.StoreFeed.Version}, before its {row.ReceivedAtVersion}");
            return;
        }

        if (row.IsQuarantined || mayLose.Contains(row.Id)) return;
        // Recorded after the ledger was opened for this check.
        if (!input.Quiescent && own is { IsCurrent: true } && row.Sequence > own.LastSequence) return;
        verdicts["S3"].Broken($"{row.Id} (store {row.StoreId}, sequence {row.Sequence}) is in the journal and not in the ledger of {ledger}");
    }

    /// <summary>What was pruned was durable, by the cloud's word and in the stream that it was pruned in, and in the cache.</summary>
    void CheckPruning()
    {
        foreach (var ledger in ledgers.Where(ledger => ledger.PrunedThrough > 0))
        {
            if (ledger.PrunedIn is not { } stream) verdicts["S8"].Broken($"{ledger}: pruned through position {ledger.PrunedThrough}, before every stream");
            else if (cloud.Streams.GetValueOrDefault(stream.Id) is { } known && ledger.PrunedThrough - stream.BasePosition > known.DurableThrough)
                verdicts["S8"].Broken($"{ledger}: pruned through sequence {ledger.PrunedThrough - stream.BasePosition}, the cloud calls {known.DurableThrough} durable");
            foreach (var left in ledger.ConfirmedAndPruned.Where(id => !mayLose.Contains(id)))
                verdicts["S23"].Broken($"{ledger}: {left} was confirmed, is not in the ledger and not in the journal");
        }

        verdicts["S8"].Observed($"{pruned:N0} pruned entries of {ledgers.Count(ledger => ledger.PrunedThrough > 0)} ledgers");
    }

    void CheckReceipts()
    {
        var unreadable = devicesWithUnreadableEntries.Select(id => cloud.Devices.GetValueOrDefault(id)?.Code).ToHashSet();
        // Until the cloud heard of it, a ledger that was set back or copied printed numbers that were taken already.
        var forked = cloud.Streams.Values.Where(stream => stream.IsFork).Select(stream => cloud.Devices.GetValueOrDefault(stream.DeviceId)?.Code).ToHashSet();
        foreach (var ((device, series), numbers) in receipts)
        {
            numbers.Sort();
            for (var i = 0; i < numbers.Count; i++)
            {
                var expected = i == 0 ? 1 : numbers[i - 1] + 1;
                if (numbers[i] == expected) continue;
                if (i > 0 && numbers[i] == numbers[i - 1] && forked.Contains(device)) verdicts["S24"].Observed($"{device}-{series}-{numbers[i]:D6} was printed again by a ledger that was set back or copied");
                else if (i > 0 && numbers[i] == numbers[i - 1]) verdicts["S24"].Broken($"{device}-{series}-{numbers[i]:D6} is on two receipts of the journal");
                else if (!unreadable.Contains(device) && !Enumerable.Range(0, (int)Math.Min(numbers[i] - expected, 10_000)).All(missing => receiptsInQuarantine.Contains((device, series, expected + missing)))) verdicts["S24"].Broken($"{device}-{series}: the journal goes from {expected - 1} to {numbers[i]}");
            }
        }
    }

    sealed record Walk(Ledger Ledger, Cursor<LedgerEntry> Entries, Dictionary<long, List<(string Product, long Store, long Adjustment)>> Pending);
}
