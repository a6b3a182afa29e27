using System.Globalization;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Salvage;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>One reading of the whole ledger, entry by entry, beside the rows that follow from entries.</summary>
sealed class LedgerAudit
{
    const string ReadHeadSql = """
        SELECT s.stream_id, s.base_position, s.last_sequence, s.last_chain, s.acknowledged_through, s.acknowledged_chain, s.durable_through,
               i.device_id, i.device_code, i.receipt_series, i.next_receipt_number, i.covered_count, r.pruned_through
        FROM stream s JOIN identity i JOIN retention r WHERE s.is_current = 1
        """;
    const string ReadEntriesSql = "SELECT position, entry_id, store_id, kind, bytes, hash FROM entry WHERE position > $after ORDER BY position LIMIT $limit";
    const string ReadPendingSql = "SELECT position, product, store_id, adjustment FROM pending WHERE position > $after ORDER BY position, product LIMIT $limit";
    const string ReadCheckpointsSql = "SELECT sequence, chain FROM chain_checkpoint WHERE stream_id = $stream AND sequence > $after ORDER BY sequence LIMIT $limit";
    const string ReadReceiptSql = "SELECT position FROM receipt WHERE series = $series AND number = $number";
    const string ReadSeriesSql = "SELECT series, min(number), max(number), count(*) FROM receipt GROUP BY series ORDER BY series";
    const string ReadVoidedSql = "SELECT position, voided_by FROM voided WHERE position > $after ORDER BY position LIMIT $limit";
    const string ReadRefundedSql = "SELECT position, line, quantity, amount_minor FROM refunded WHERE position > $after ORDER BY position, line LIMIT $limit";
    const string ReadFormerDevicesSql = "SELECT device_id FROM former_device ORDER BY device_id";
    const string ReadCommandsSql = "SELECT command_id, part, position, fingerprint FROM command WHERE position > $after ORDER BY position, part LIMIT $limit";
    const string FindEntrySql = "SELECT position FROM entry WHERE entry_id = $id";
    const string CountAboveSql = "SELECT count(*) FROM entry WHERE position > $after";
    const long All = long.MaxValue;

    readonly Connection snapshot;
    readonly ClockReading now;
    readonly Head head;
    readonly HashSet<int> formerDevices = [];
    readonly Findings bytes = new("S2", "Each entry has one id, and its bytes are those that were committed");
    readonly Findings authority = new("S3", "Every entry is this device's");
    readonly Findings chain = new("S4", "Sequences have no gap, the chain recomputes, the acknowledged mark lies on it");
    readonly Findings sequences = new("S10", "Two different bytes never share a sequence");
    readonly Findings view = new("S15", "Every own entry is in the stock view exactly once");
    readonly Findings stores = new("S17", "Every entry moves the stock of its own store");
    readonly Findings time = new("S18", "The clock of entries rises strictly and is not ahead of the time");
    readonly Findings money = new("S19", "Integer money and quantities within bounds, lines sum to totals, refunds within what was sold");
    readonly Findings backlog = new("S21", "What status says about the backlog is what the ledger holds");
    readonly Findings receipts;
    readonly SalvageReport? salvaged;
    readonly SortedDictionary<(long Position, int Line), (long Thousandths, long AmountMinor)> refunded = [];
    readonly SortedDictionary<long, long> voided = [];
    long entries;
    long pendingEntries;
    long receiptEntries;

    LedgerAudit(Connection snapshot, ClockReading now, Findings receipts, SalvageReport? salvaged)
    {
        this.receipts = receipts;
        this.salvaged = salvaged;
        this.snapshot = snapshot;
        this.now = now;
        head = ReadHead(snapshot);
        using var former = snapshot.Prepare(ReadFormerDevicesSql);
        while (former.Step()) formerDevices.Add(former.Int32(0));
    }

    sealed record Head(
        StreamId Stream, long BasePosition, long LastSequence, ChainHash LastChain, long AcknowledgedThrough, ChainHash AcknowledgedChain, long DurableThrough,
        DeviceId Device, string DeviceCode, string ReceiptSeries, int NextReceiptNumber, long CoveredCount, long PrunedThrough);

    public static LedgerAudit Run(Connection snapshot, ClockReading now, Findings receipts, SalvageReport? salvaged)
    {
        var audit = new LedgerAudit(snapshot, now, receipts, salvaged);
        audit.CheckEntries();
        audit.CheckRefunded();
        audit.CheckVoided();
        audit.CheckSeries();
        audit.CheckCounts();
        return audit;
    }

    public IReadOnlyList<InvariantResult> Results() =>
        [bytes.Result(), authority.Result(), chain.Result(), sequences.Result(), view.Result(), stores.Result(), time.Result(), money.Result(), backlog.Result()];

    public IReadOnlyList<InvariantResult> LastResults() => [receipts.Result()];

    void CheckEntries()
    {
        // What was pruned of the current stream left the chain hash where it was cut.
        var expected = Math.Max(head.BasePosition, head.PrunedThrough);
        var sequence = expected - head.BasePosition;
        var running = sequence == 0 ? ChainHash.Start(head.Stream) : ChainAtCut(sequence);
        var lastHlc = default(HybridTimestamp);
        using var pending = new PendingRows(snapshot.Prepare(ReadPendingSql).Bind("$after", -1).Bind("$limit", All));
        using var checkpoints = snapshot.Prepare(ReadCheckpointsSql).Bind("$stream", head.Stream.ToByteArray()).Bind("$after", sequence).Bind("$limit", All);
        var nextCheckpoint = checkpoints.Step() ? checkpoints.Int64(0) : All;
        CheckAcknowledged(sequence, running);
        if (sequence > head.DurableThrough) chain.Broken($"pruned through sequence {sequence}, the cloud has {head.DurableThrough} for good");

        using var rows = snapshot.Prepare(ReadEntriesSql).Bind("$after", -1).Bind("$limit", All);
        while (rows.Step())
        {
            entries++;
            var position = rows.Int64(0);
            if (position != ++expected)
            {
                chain.Broken($"no entry at position {expected}");
                expected = position;
            }

            var hash = Hash256.Read(rows.Blob(5));
            var stored = rows.Blob(4).ToArray();
            if (Hash256.Of(stored) != hash)
            {
                bytes.Broken($"the bytes at position {position} are not those that were committed");
                sequences.Broken($"position {position} holds other bytes than its hash says");
            }

            sequence = position - head.BasePosition;
            running = running.Append(sequence, hash);
            CheckAcknowledged(sequence, running);
            while (nextCheckpoint <= sequence)
            {
                if (nextCheckpoint == sequence && ChainHash.Read(checkpoints.Blob(1)) != running) chain.Broken($"the chain kept at sequence {sequence} is not that of the entries");
                nextCheckpoint = checkpoints.Step() ? checkpoints.Int64(0) : All;
            }

            CheckEntry(position, EntryId.Read(rows.Blob(1)), rows.Int32(2), rows.Int32(3), stored, pending.Of(position), ref lastHlc);
        }

        if (pending.Left is { } left) view.Broken($"position {left} is pending and no entry");
        if (sequence != head.LastSequence) chain.Broken($"the stream ends at sequence {head.LastSequence}, the entries at {sequence}");
        else if (running != head.LastChain) chain.Broken("the chain of the entries is not the stream's");
        if (head.AcknowledgedThrough > head.LastSequence || head.DurableThrough > head.AcknowledgedThrough)
            chain.Broken($"acknowledged through {head.AcknowledgedThrough} and durable through {head.DurableThrough} of {head.LastSequence}");
        bytes.Note($"{Entries(entries)} hashed");
        chain.Note($"sequences {Math.Max(head.BasePosition, head.PrunedThrough) - head.BasePosition + 1} to {head.LastSequence}, acknowledged through {head.AcknowledgedThrough}");
        sequences.Note($"{Entries(entries)}, one for each sequence");
        authority.Note($"device {head.Device}");
        stores.Note(Entries(entries));
        time.Note("rises from entry to entry");
    }

    ChainHash ChainAtCut(long sequence)
    {
        using var kept = snapshot.Prepare(ReadCheckpointsSql);
        if (kept.Bind("$stream", head.Stream.ToByteArray()).Bind("$after", sequence - 1).Bind("$limit", 1).Step() && kept.Int64(0) == sequence) return ChainHash.Read(kept.Blob(1));
        chain.Broken($"the chain where the ledger was cut, at sequence {sequence}, was not kept");
        return ChainHash.Start(head.Stream);
    }

    void CheckAcknowledged(long sequence, ChainHash running)
    {
        if (sequence == head.AcknowledgedThrough && running != head.AcknowledgedChain) chain.Broken($"the chain acknowledged at sequence {sequence} is not that of the entries");
    }

    void CheckEntry(long position, EntryId id, int store, int kind, byte[] stored, IReadOnlyList<PendingRow> pending, ref HybridTimestamp lastHlc)
    {
        if (EntryCodec.Decode(stored) is not EntryDecoding.Decoded decoded)
        {
            bytes.Broken($"the bytes at position {position} are no entry");
            return;
        }

        var entry = decoded.Entry;
        if (decoded.Id != id) bytes.Broken($"position {position} goes by the id {id}, its bytes give {decoded.Id}");
        if ((int)entry.Kind != kind) bytes.Broken($"position {position} goes by kind {kind}, its bytes say {entry.Kind}");
        if (entry.Header.Device != head.Device && !formerDevices.Contains(entry.Header.Device.Value)) authority.Broken($"position {position} is of device {entry.Header.Device}");
        if (entry.Header.Store.Value != store || pending.Any(row => row.Store != store)) stores.Broken($"position {position} is of store {entry.Header.Store} and counted elsewhere");
        CheckTime(position, entry.Header, ref lastHlc);
        CheckPending(position, entry, pending);
        if (EntryRules.FirstViolation(entry) is { } violation) money.Broken($"position {position}: {violation.Message}");
        switch (entry)
        {
            case SaleRecorded sale: CheckReceipt(position, sale.Receipt); break;
            case RefundRecorded refund:
                CheckReceipt(position, refund.Receipt);
                foreach (var line in refund.Lines) AddRefunded(line);
                break;
            case SaleVoided of: AddVoided(position, of); break;
            default: break;
        }
    }

    void CheckTime(long position, EntryHeader header, ref HybridTimestamp lastHlc)
    {
        if (header.Hlc.CompareTo(lastHlc) <= 0) time.Broken($"the clock at position {position} is not after the one before");
        if (now.Quality == ClockQuality.Trusted && header.Hlc.Milliseconds > now.PhysicalMilliseconds + (long)ProtocolLimits.ClockBound.TotalMilliseconds)
            time.Broken($"the clock at position {position} is ahead of the time");
        lastHlc = header.Hlc;
    }

    /// <summary>An entry is in the sum with all that it moves, or with nothing because the cache contains it.</summary>
    void CheckPending(long position, Entry entry, IReadOnlyList<PendingRow> pending)
    {
        if (pending.Count == 0) return;
        pendingEntries++;
        // What a count adjusts was fixed by the view before it, which is gone: here only that it is of the products it counted.
        var movements = entry is StockCounted
            ? [.. StockCounts.Of(entry).Select(count => new StockMovement(count.Product, pending.FirstOrDefault(row => row.Product == count.Product.Value)?.Adjustment ?? 0))]
            : StockMovements.Of(entry);
        var equal = movements.Count == 0
            ? pending is [{ Product: "", Adjustment: 0 }]
            : pending.Count == movements.Count && movements.Zip(pending).All(pair => pair.First.Product.Value == pair.Second.Product && pair.First.DeltaThousandths == pair.Second.Adjustment);
        if (!equal) view.Broken($"what is pending for position {position} is not what the entry moves");
    }

    void CheckReceipt(long position, ReceiptNumber receipt)
    {
        receiptEntries++;
        using var row = snapshot.Prepare(ReadReceiptSql);
        if (!row.Bind("$series", receipt.Series).Bind("$number", receipt.Number).Step()) receipts.Broken($"receipt {receipt} is in no register");
        else if (row.Int64(0) != position) receipts.Broken($"receipt {receipt} stands at position {position} and at {row.Int64(0)}");
        if (receipt.DeviceCode != head.DeviceCode) authority.Note($"device {head.Device}; position {position} was recorded as {receipt.DeviceCode}");
    }

    void AddRefunded(RefundLine line)
    {
        if (line.SaleLine is not { } sold) return;
        if (PositionOf(sold.Entry) is not { } sale) return;
        var key = (sale, sold.LineNumber);
        var sum = refunded.GetValueOrDefault(key);
        refunded[key] = (sum.Thousandths + line.Quantity.Thousandths, sum.AmountMinor + line.Amount.MinorUnits);
    }

    void AddVoided(long position, SaleVoided of)
    {
        if (PositionOf(of.Sale) is { } sale && !voided.TryAdd(sale, position)) money.Broken($"the sale at position {sale} was voided at positions {voided[sale]} and {position}");
    }

    void CheckVoided()
    {
        var kept = new SortedDictionary<long, long>();
        using (var rows = snapshot.Prepare(ReadVoidedSql).Bind("$after", -1).Bind("$limit", All))
        {
            while (rows.Step()) kept[rows.Int64(0)] = rows.Int64(1);
        }

        foreach (var (sale, by) in voided)
        {
            if (!kept.Remove(sale, out var row) || row != by) money.Broken($"the sale at position {sale} was voided at {by} and does not count as voided");
        }

        foreach (var sale in kept.Keys) money.Broken($"the sale at position {sale} counts as voided and is not");
    }

    long? PositionOf(EntryId entry)
    {
        using var row = snapshot.Prepare(FindEntrySql);
        return row.Bind("$id", entry.ToByteArray()).Step() ? row.Int64(0) : null;
    }

    void CheckRefunded()
    {
        var kept = new SortedDictionary<(long, int), (long, long)>();
        using (var rows = snapshot.Prepare(ReadRefundedSql).Bind("$after", -1).Bind("$limit", All))
        {
            while (rows.Step()) kept[(rows.Int64(0), rows.Int32(1))] = (rows.Int64(2), rows.Int64(3));
        }

        foreach (var (key, sum) in refunded)
        {
            if (!kept.Remove(key, out var row) || row != sum) money.Broken($"refunds of line {key.Line} at position {key.Position} sum otherwise");
            else if (LedgerStore.Read(snapshot, key.Position).Entry is SaleRecorded sale && sale.Lines[key.Line - 1] is var line && (sum.Thousandths > line.Quantity.Thousandths || sum.AmountMinor > line.Amount.MinorUnits))
                money.Broken($"more of line {key.Line} at position {key.Position} was refunded than sold");
        }

        foreach (var key in kept.Keys) money.Broken($"line {key.Item2} at position {key.Item1} counts as refunded and is not");
        money.Note($"{Entries(entries)} within the rules, {Counted(refunded.Count, "sold line", "sold lines")} refunded");
    }

    void CheckSeries()
    {
        var rows = 0L;
        using var series = snapshot.Prepare(ReadSeriesSql);
        while (series.Step())
        {
            var (name, first, last, count) = (series.Text(0), series.Int64(1), series.Int64(2), series.Int64(3));
            rows += count;
            // The beginning of a series may have been pruned; entries that could not be saved leave holes that the salvage has told.
            if ((first != 1 && head.PrunedThrough == 0) || last - first + 1 != count)
            {
                if (salvaged is not { UnreadableCount: > 0 } || last - first + 1 < count) receipts.Broken($"series {name} has {count} receipts from {first} to {last}");
            }

            if (name == head.ReceiptSeries && head.NextReceiptNumber != last + 1) receipts.Broken($"the next number of series {name} is {head.NextReceiptNumber}, the last was {last}");
        }

        if (rows != receiptEntries) receipts.Broken($"{rows} receipts are registered, {receiptEntries} were recorded");
        receipts.Note(Counted(rows, "receipt", "receipts"));
    }

    void CheckCounts()
    {
        if (pendingEntries + head.CoveredCount != entries) view.Broken($"{pendingEntries} entries are pending and {head.CoveredCount} in the cache, of {entries}");
        view.Note($"{pendingEntries} pending, {head.CoveredCount} in the cache");
        using var above = snapshot.Prepare(CountAboveSql);
        var count = above.Bind("$after", head.BasePosition + head.AcknowledgedThrough).Step() ? above.Int64(0) : 0;
        if (count != head.LastSequence - head.AcknowledgedThrough) backlog.Broken($"status says {head.LastSequence - head.AcknowledgedThrough} entries wait, the ledger holds {count}");
        backlog.Note($"{Entries(count)} waiting");
    }

    /// <summary>
    /// Whether the commands that were recorded are those that were committed. A reading of its own: what the entries show stands
    /// where this register cannot be read any more.
    /// </summary>
    public bool CheckCommands(Connection commands)
    {
        using var rows = commands.Prepare(ReadCommandsSql);
        rows.Bind("$after", -1).Bind("$limit", All);
        while (rows.Step())
        {
            if (!CommandLog.IsSound(rows.Blob(0), rows.Int32(1), rows.Int64(2), rows.Blob(3))) bytes.Broken($"the command kept for position {rows.Int64(2)} is not the one that was committed");
        }

        return true;
    }

    static Head ReadHead(Connection snapshot)
    {
        using var row = snapshot.Prepare(ReadHeadSql);
        return row.Step()
            ? new(
                StreamId.Read(row.Blob(0)), row.Int64(1), row.Int64(2), ChainHash.Read(row.Blob(3)), row.Int64(4), ChainHash.Read(row.Blob(5)), row.Int64(6),
                new(row.Int32(7)), row.Text(8), row.Text(9), row.Int32(10), row.Int64(11), row.Int64(12))
            : throw new LedgerException(LedgerException.Damaged, "The ledger has lost the rows that say whose it is.", "Keep the data directory as it is and call support.");
    }

    static string Entries(long count) => Counted(count, "entry", "entries");

    static string Counted(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
