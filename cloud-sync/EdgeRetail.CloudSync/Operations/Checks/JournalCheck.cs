using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>
/// Goes once over every consumed sequence, by device, stream and sequence, and names what breaks S2, S3, S4, S10, S17, S18, S19 and S24.
/// Holds one stream's state at a time, however long the journal is. No I/O.
/// </summary>
sealed class JournalCheck(
    IReadOnlyDictionary<Guid, KnownStream> streams,
    IReadOnlyDictionary<(int Device, int Version), int> assignments,
    IReadOnlyDictionary<int, int> predecessors,
    long nowMs,
    Violations violations)
{
    static readonly long ClockBoundMs = (long)ProtocolLimits.ClockBound.TotalMilliseconds;

    readonly HashSet<Guid> seen = [];
    readonly HashSet<(int Device, int Store)> deviceStores = [.. assignments.Select(pair => (pair.Key.Device, pair.Value))];
    readonly Dictionary<string, int> lastReceiptOfSeries = new(StringComparer.Ordinal);

    int device;
    HybridTimestamp lastEffectiveTime;
    int unreadableSinceReceipt;

    KnownStream? stream;
    StreamRow? last;
    ChainHash chain;
    bool hasGap;

    public long Entries { get; private set; }

    public void Take(StreamRow row)
    {
        if (stream?.StreamId != row.StreamId || last is null) BeginStream(row);
        if (row.DeviceId != device) BeginDevice(row.DeviceId);
        TakeSequence(row);
        if (row.Journal is { } facts) TakeEntry(row, facts);
        last = row;
    }

    public void End()
    {
        EndStream();
        foreach (var missing in streams.Values.Where(known => known.AppliedThrough > 0 && !seen.Contains(known.StreamId)))
            violations.Add(Invariants.GapFreeStreams, $"stream {missing.StreamId} of {missing.DeviceCode} is applied through {missing.AppliedThrough}, and none of it is there");
    }

    void BeginDevice(int deviceId)
    {
        device = deviceId;
        lastEffectiveTime = default;
        lastReceiptOfSeries.Clear();
        unreadableSinceReceipt = 0;
    }

    void BeginStream(StreamRow row)
    {
        EndStream();
        (last, hasGap) = (null, false);
        chain = ChainHash.Start(new(row.StreamId));
        seen.Add(row.StreamId);
        if (!streams.TryGetValue(row.StreamId, out stream))
        {
            violations.Add(Invariants.GapFreeStreams, $"stream {row.StreamId} has entries and no row of its own");
            stream = new(row.StreamId, row.DeviceId, $"device {row.DeviceId}", long.MaxValue, [], IsFork: false);
        }
    }

    void EndStream()
    {
        if (stream is not { AppliedThrough: < long.MaxValue } || last is null) return;
        if (last.Sequence < stream.AppliedThrough)
            violations.Add(Invariants.GapFreeStreams, $"{Range(last.Sequence + 1, stream.AppliedThrough)} of stream {stream.StreamId} ({stream.DeviceCode}) are applied, and neither journal nor stream_sequence has them");
        else if (!hasGap && last.Sequence == stream.AppliedThrough && !chain.ToByteArray().AsSpan().SequenceEqual(stream.AppliedChain))
            violations.Add(Invariants.GapFreeStreams, $"the chain of stream {stream.StreamId} ({stream.DeviceCode}) does not recompute at {stream.AppliedThrough}");
    }

    void TakeSequence(StreamRow row)
    {
        var before = last?.Sequence ?? 0;
        if (row.Sequence == before)
        {
            // An id conflict stands in both: in the journal under a derived id, and here to say so.
            if (row.EntryId != last!.EntryId || !row.Hash.AsSpan().SequenceEqual(last.Hash))
                violations.Add(Invariants.OneEntryPerSequence, $"sequence {row.Sequence} of stream {row.StreamId} is two entries, {last.EntryId} and {row.EntryId}");
            return;
        }

        if (row.Sequence > before + 1)
        {
            hasGap = true;
            violations.Add(Invariants.GapFreeStreams, $"{Range(before + 1, row.Sequence - 1)} of stream {row.StreamId} ({stream!.DeviceCode}) are neither in the journal nor in stream_sequence");
        }

        if (row.Sequence > stream!.AppliedThrough)
            violations.Add(Invariants.GapFreeStreams, $"entry {row.EntryId} is sequence {row.Sequence} of stream {row.StreamId}, which is applied through {stream.AppliedThrough} only");
        chain = chain.Append(row.Sequence, Hash256.Read(row.Hash));
    }

    void TakeEntry(StreamRow row, JournalFacts facts)
    {
        Entries++;
        var decoding = EntryCodec.Decode(facts.Bytes);
        if (!decoding.Hash.ToByteArray().AsSpan().SequenceEqual(row.Hash))
            violations.Add(Invariants.OneRowPerEntry, $"the bytes of entry {row.EntryId} (store {facts.StoreId}) are not those that were hashed");
        else if (row.EntryId != decoding.Id.Value && row.EntryId != EntryId.OfUndecodable(decoding.Hash).Value)
            violations.Add(Invariants.OneRowPerEntry, $"entry {row.EntryId} (store {facts.StoreId}) stands under an id that is not its bytes': {decoding.Id}");

        TakeTime(row, facts);
        if (row.DeviceId < 0) TakeCloudEntry(row, facts, decoding);
        else TakeStore(row, facts, decoding);
        var entry = (decoding as EntryDecoding.Decoded)?.Entry;
        if (entry is null) unreadableSinceReceipt++;
        else TakeReceipt(row, entry);
        if (facts.MergedAtVersion is null || row.DeviceId < 0) return;
        if (entry is null)
            violations.Add(Invariants.Authorised, $"entry {row.EntryId} (store {facts.StoreId}) is merged, and its bytes cannot be read");
        else if (EntryRules.FirstViolation(entry) is { } violation)
            violations.Add(Invariants.IntegersAddUp, $"entry {row.EntryId} (store {facts.StoreId}) is merged, and breaks {violation.Code}: {violation.Message}");
    }

    void TakeTime(StreamRow row, JournalFacts facts)
    {
        var effective = new HybridTimestamp(facts.EffectiveTime);
        // What a person settles counts as of when it happened, not as of when it was settled.
        if (row.DeviceId >= 0 && effective.CompareTo(lastEffectiveTime) <= 0)
            violations.Add(Invariants.TimeRises, $"the effective time of entry {row.EntryId} ({stream!.DeviceCode}, sequence {row.Sequence}) is {effective}, not above {lastEffectiveTime} of the entry before it");
        lastEffectiveTime = effective;
        if (effective.Milliseconds > facts.ReceivedAtMs + ClockBoundMs)
            violations.Add(Invariants.TimeRises, $"the effective time of entry {row.EntryId} ({stream!.DeviceCode}, sequence {row.Sequence}) is {effective.Milliseconds - facts.ReceivedAtMs} ms past its receipt");
        if (effective.Milliseconds > nowMs + ClockBoundMs)
            violations.Add(Invariants.TimeRises, $"the effective time of entry {row.EntryId} ({stream!.DeviceCode}, sequence {row.Sequence}) lies in the future");
    }

    void TakeStore(StreamRow row, JournalFacts facts, EntryDecoding decoding)
    {
        if (!Lineage(row.DeviceId).Any(each => deviceStores.Contains((each, facts.StoreId))))
            violations.Add(Invariants.Authorised, $"entry {row.EntryId} of {stream!.DeviceCode} is in the journal of store {facts.StoreId}, to which the device was never assigned");
        if (stream!.DeviceId != row.DeviceId)
            violations.Add(Invariants.Authorised, $"entry {row.EntryId} is device {row.DeviceId}'s, and came in a stream of device {stream.DeviceId}");
        if (facts.MergedAtVersion is null || decoding is not EntryDecoding.Decoded { Entry.Header: var header }) return;

        if (header.Store.Value != facts.StoreId)
            violations.Add(Invariants.StoresApart, $"entry {row.EntryId} is merged into store {facts.StoreId}, and its bytes name store {header.Store}");
        if (!IsOwn(row.DeviceId, header.Device.Value))
            violations.Add(Invariants.Authorised, $"entry {row.EntryId} is merged as device {row.DeviceId}'s, and its bytes name device {header.Device}");
        if (assignments.GetValueOrDefault((header.Device.Value, header.AssignmentVersion)) != header.Store.Value)
            violations.Add(Invariants.Authorised, $"entry {row.EntryId} is merged, and {stream.DeviceCode} was not assigned to store {header.Store} under version {header.AssignmentVersion}");
    }

    void TakeCloudEntry(StreamRow row, JournalFacts facts, EntryDecoding decoding)
    {
        if (stream!.DeviceId != row.DeviceId)
            violations.Add(Invariants.Authorised, $"cloud entry {row.EntryId} of store {facts.StoreId} stands in another's stream, {stream.DeviceCode}'s");
        if (facts.MergedAtVersion is null || decoding is not EntryDecoding.Decoded { Entry: var entry })
            violations.Add(Invariants.Authorised, $"cloud entry {row.EntryId} of store {facts.StoreId} is not merged, or its bytes cannot be read");
        else if ((!entry.Kind.IsOfCloud() && entry is not ProductEdited) || entry.Header.Device.Value != 0)
            violations.Add(Invariants.Authorised, $"cloud entry {row.EntryId} of store {facts.StoreId} is of kind {entry.Kind} and device {entry.Header.Device}");
        else if (entry.Header.Store.Value != facts.StoreId)
            violations.Add(Invariants.StoresApart, $"cloud entry {row.EntryId} stands in store {facts.StoreId}, and its bytes name store {entry.Header.Store}");
        else if (entry is QuarantineCorrected corrected && (EntryCodec.Decode(corrected.Corrected) is not EntryDecoding.Decoded { Entry: var inner } || EntryRules.FirstViolation(inner) is not null || inner.Header.Store.Value != facts.StoreId))
            violations.Add(Invariants.IntegersAddUp, $"cloud entry {row.EntryId} of store {facts.StoreId} corrects by bytes that break a rule");
    }

    void TakeReceipt(StreamRow row, Entry entry)
    {
        if ((entry as SaleRecorded)?.Receipt is not { } receipt && (receipt = (entry as RefundRecorded)?.Receipt) is null) return;
        var series = $"{receipt.DeviceCode}-{receipt.Series}";
        var before = lastReceiptOfSeries.GetValueOrDefault(series);
        // A copy that became a device of its own brings receipts of the device that it was a copy of, from somewhere in their series.
        if (entry.Header.Device.Value != row.DeviceId) return;
        if (receipt.Number <= before && stream!.IsFork) return;
        if (receipt.Number <= before)
            violations.Add(Invariants.ReceiptsGapFree, $"receipt {receipt} of entry {row.EntryId} comes again, or after a later one");
        else if (receipt.Number - before - 1 > unreadableSinceReceipt)
            violations.Add(Invariants.ReceiptsGapFree, $"between receipts {before} and {receipt.Number} of series {series} {receipt.Number - before - 1} are missing (entry {row.EntryId})");
        if (receipt.Number > before) lastReceiptOfSeries[series] = receipt.Number;
        // Bytes that cannot be read may hold the receipts which are missing here: quarantine has those entries by name.
        unreadableSinceReceipt = 0;
    }

    bool IsOwn(int deviceId, int recorder) => Lineage(deviceId).Contains(recorder);

    /// <summary>The device, the one whose ledger it took over, and so on.</summary>
    IEnumerable<int> Lineage(int deviceId)
    {
        for (int? each = deviceId; each is { } member; each = predecessors.TryGetValue(member, out var former) ? former : null) yield return member;
    }

    static string Range(long first, long last) => first == last ? $"sequence {first}" : $"sequences {first} to {last}";
}
