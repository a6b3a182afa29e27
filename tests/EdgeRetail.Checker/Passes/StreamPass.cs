using System.Data.Common;
using System.Globalization;
using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;
using EdgeRetail.Checker.History;
using EdgeRetail.Checker.Ledgers;

namespace EdgeRetail.Checker.Passes;

/// <summary>
/// Goes through every stream in sequence, beside the ledger it came from: no gap, the chain recomputes (S4), each place
/// holds one entry on both sides (S10), every acknowledgement was true (S6), effective time rises (S18) and a quarantined
/// entry does not hold up the next (L2).
/// </summary>
sealed class StreamPass(CloudSnapshot snapshot, CloudState cloud, IReadOnlyList<Ledger> ledgers, Verdicts verdicts, CheckInput input)
{
    const string Sql = """
        SELECT stream_id, sequence, entry_id, hash, effective_time, received_at_ms, quarantine_code, false
        FROM journal
        UNION ALL
        SELECT stream_id, sequence, entry_id, entry_hash, NULL, NULL, NULL, true
        FROM stream_sequence
        ORDER BY 1, 2, 8
        """;

    const string LedgerSql = "SELECT position, entry_id, store_id, kind, bytes, hash FROM entry WHERE position > $base AND position <= $base + $last ORDER BY position";

    const long ClockBoundMilliseconds = 60_000;

    // A round trip, with what a busy machine may take for it. A bad entry that holds up its stream does so for much longer.
    static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(5);

    readonly HashSet<EntryKey> journalledUnderAnotherId = [];
    readonly HashSet<EntryKey> mayLose = [.. (input.History?.Events ?? []).OfType<HistoryEvent.Fault>().SelectMany(fault => fault.MayLose).Select(EntryKey.Of)];
    readonly HashSet<Guid> seen = [];
    readonly Dictionary<int, long> lastEffective = [];
    long sequences;
    long quarantined;

    /// <summary>Entries that their ledger knows by another id than the journal: undecodable, or their id was taken.</summary>
    public IReadOnlySet<EntryKey> JournalledUnderAnotherId => journalledUnderAnotherId;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var places = await snapshot.CursorAsync(Sql, Place.Read, cancellationToken);
        while (places.HasRow) await CheckStreamAsync(places, cancellationToken);
        foreach (var stream in cloud.Streams.Values.Where(stream => !seen.Contains(stream.Id))) CheckEmpty(stream);
        foreach (var (id, device) in cloud.Devices)
        {
            if (lastEffective.TryGetValue(id, out var last) && device.LastEffectiveTime < last)
                verdicts["S18"].Broken($"{device.Code}: the device row remembers {Words(device.LastEffectiveTime)}, its journal reaches {Words(last)}");
            var open = cloud.Streams.Values.Count(stream => stream.DeviceId == id && stream.IsOpen);
            if (open > 1) verdicts["S22"].Broken($"{device.Code}: {open} open streams");
        }

        CheckLedgerStreams();
        verdicts["S4"].Observed($"{sequences:N0} sequences of {cloud.Streams.Count} streams");
        verdicts["S10"].Observed($"{sequences:N0} places compared with {ledgers.Count} ledgers");
        verdicts["S18"].Observed($"{sequences:N0} effective times");
        verdicts["S6"].Observed($"the last acknowledgement of {ledgers.Count} ledgers");
        if (input.History is { } history) CheckMonotone(history);
        else verdicts["S6"].NotObserved("earlier ones (no history)");
        verdicts["L2"].Observed(quarantined == 0 ? "no entry was quarantined" : $"{quarantined:N0} quarantined, the next at most {DelayMax.TotalSeconds:0} s behind");
    }

    async Task CheckStreamAsync(Cursor<Place> places, CancellationToken cancellationToken)
    {
        var id = places.Row.Stream;
        seen.Add(id);
        var stream = cloud.Streams.GetValueOrDefault(id);
        if (stream is null) verdicts["S4"].Broken($"stream {id} has entries and no row");
        var ledger = stream is null ? null : ledgers.FirstOrDefault(candidate => candidate.DeviceId == stream.DeviceId);
        var own = ledger?.Streams.FirstOrDefault(candidate => candidate.Id == id && !candidate.IsPlaceholder);
        var told = Acknowledgements(id);

        await using var entries = own is null
            ? null
            : await Cursor<LedgerEntry>.OpenAsync(ledger!.Command(LedgerSql, ("$base", own.BasePosition), ("$last", own.LastSequence)), LedgerRows.Entry, cancellationToken);

        var chain = Chain.Start(id);
        var sequence = 0L;
        Place? before = null;
        CompareAt(0);
        while (places.HasRow && places.Row.Stream == id)
        {
            var place = places.Row;
            await places.MoveAsync(cancellationToken);
            while (places.HasRow && places.Row.Stream == id && places.Row.Sequence == place.Sequence)
            {
                // A sequence stands in both tables where its entry lost an id conflict; then both hold the same bytes.
                if (!places.Row.Elsewhere || places.Row.Hash != place.Hash)
                    verdicts["S10"].Broken($"stream {id}, sequence {place.Sequence}: {place.Entry} and {places.Row.Entry}");
                await places.MoveAsync(cancellationToken);
            }

            if (place.Sequence != sequence + 1) verdicts["S4"].Broken($"stream {id}: nothing at {sequence + 1} to {place.Sequence - 1}");
            sequence = place.Sequence;
            sequences++;
            chain = Chain.Append(chain, sequence, place.Hash ?? default);
            CompareAt(sequence);
            if (entries is not null) await CompareEntryAsync(place, ledger!, own!, entries, cancellationToken);
            if (stream is not null) CheckTimes(place, stream, before);
            CheckDelay(place, before, ledger);
            if (!place.Elsewhere) before = place;
        }

        if (stream is not null && sequence != stream.AppliedThrough) verdicts["S4"].Broken($"stream {id}: applied through {stream.AppliedThrough}, its entries reach {sequence}");
        foreach (var (through, _) in told.Where(acknowledged => acknowledged.Through > sequence)) verdicts["S6"].Broken($"stream {id}: {through} was acknowledged, {sequence} is there");

        void CompareAt(long at)
        {
            if (stream is not null && at == stream.AppliedThrough && stream.AppliedChain != chain)
                verdicts["S4"].Broken($"stream {id}: the chain at {at} is {chain}, the stream's row says {stream.AppliedChain}");
            if (own is not null && at == own.AcknowledgedThrough && own.AcknowledgedChain is { } acknowledged && acknowledged != chain)
                verdicts["S6"].Broken($"{ledger}: acknowledged {at} with chain {acknowledged}, the journal's is {chain}");
            foreach (var (through, text) in told)
            {
                if (through != at || text is null) continue;
                var full = new byte[Digest.Length];
                chain.WriteTo(full);
                if (!string.Equals(text, Convert.ToHexString(full), StringComparison.OrdinalIgnoreCase)) verdicts["S6"].Broken($"stream {id}: acknowledged {at} with chain {text}");
            }
        }
    }

    async Task CompareEntryAsync(Place place, Ledger ledger, LedgerStream own, Cursor<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        // What a ledger recorded under a stream that it has left, past what the cloud had acknowledged, stands under the next one.
        if (!own.IsCurrent && place.Sequence > own.AcknowledgedThrough) return;
        while (entries.HasRow && entries.Row.Position - own.BasePosition < place.Sequence) await entries.MoveAsync(cancellationToken);
        if (!entries.HasRow || entries.Row.Position - own.BasePosition != place.Sequence)
        {
            if (own.BasePosition + place.Sequence <= ledger.PrunedThrough || mayLose.Contains(place.Entry)) return;
            if (place.Sequence <= own.LastSequence || input.Quiescent) verdicts["S10"].Broken($"{ledger}: the journal has sequence {place.Sequence}, the ledger's stream ends at {own.LastSequence}");
            return;
        }

        var entry = entries.Row;
        // What a rollback took from the ledger had this place first; what was recorded since went up under a stream of its own.
        if (entry.Hash != place.Hash && mayLose.Contains(place.Entry)) return;
        if (entry.Hash != place.Hash) verdicts["S10"].Broken($"{ledger}, sequence {place.Sequence}: {entry.Id} on the device, {place.Entry} with other bytes in the cloud");
        else if (entry.Id != place.Entry) journalledUnderAnotherId.Add(entry.Id);
    }

    void CheckTimes(Place place, CloudStream stream, Place? before)
    {
        if (place.Effective is not { } effective) return;
        // What a person settles counts as of when it happened, so a store's own stream does not rise.
        if (stream.DeviceId >= 0 && before?.Effective is { } earlier && effective <= earlier)
            verdicts["S18"].Broken($"{Code(stream)}, sequence {place.Sequence}: effective {Words(effective)}, the one before {Words(earlier)}");
        if (place.ReceivedMilliseconds is { } received && (effective >> 16) > received + ClockBoundMilliseconds)
            verdicts["S18"].Broken($"{Code(stream)}, sequence {place.Sequence}: effective {(effective >> 16) - received} ms after its receipt");
        lastEffective[stream.DeviceId] = Math.Max(lastEffective.GetValueOrDefault(stream.DeviceId), effective);
    }

    void CheckDelay(Place place, Place? before, Ledger? ledger)
    {
        if (place.IsQuarantined) quarantined++;
        if (before is not { IsQuarantined: true, ReceivedMilliseconds: { } bad } || place.ReceivedMilliseconds is not { } next || ledger is null) return;
        // Only an entry that waited already when the bad one came in can have been delayed by it.
        var (delay, recorded) = (next - bad, (long)(ulong)(place.Entry.Value >> 80));
        if (recorded > bad || delay <= DelayMax.TotalMilliseconds || IsDuringFault(bad, next)) return;
        verdicts["L2"].Broken($"{ledger}, sequence {place.Sequence}: received {delay} ms after the quarantined one before it");
    }

    bool IsDuringFault(long from, long to) =>
        input.History?.Events.OfType<HistoryEvent.Fault>().Any(fault => fault.At.ToUnixTimeMilliseconds() <= to && fault.Until.ToUnixTimeMilliseconds() >= from) ?? false;

    void CheckEmpty(CloudStream stream)
    {
        if (stream.AppliedThrough != 0) verdicts["S4"].Broken($"stream {stream.Id}: applied through {stream.AppliedThrough} and no entry");
        if (stream.AppliedChain is { } chain && stream.AppliedThrough == 0 && chain != Chain.Start(stream.Id)) verdicts["S4"].Broken($"stream {stream.Id}: the chain at 0 is not its start");
        foreach (var (through, _) in Acknowledgements(stream.Id).Where(told => told.Through > 0)) verdicts["S6"].Broken($"stream {stream.Id}: {through} was acknowledged, nothing is there");
    }

    void CheckLedgerStreams()
    {
        foreach (var ledger in ledgers)
        {
            foreach (var own in ledger.Streams)
            {
                if (!cloud.Streams.TryGetValue(own.Id, out var stream)) verdicts["S4"].Broken($"{ledger}: the cloud does not know stream {own.Id}");
                else if (own.AcknowledgedThrough > stream.AppliedThrough) verdicts["S6"].Broken($"{ledger}: {own.AcknowledgedThrough} was acknowledged, the cloud holds {stream.AppliedThrough}");
            }
        }
    }

    void CheckMonotone(RunHistory history)
    {
        var last = new Dictionary<(string, Guid), long>();
        // A device learns of it at a time of its own, and may say until then what it knew.
        var stepsBack = new Dictionary<(string, Guid), int>();
        var (count, setBacks) = (0, 0);
        foreach (var happened in history.Events)
        {
            if (happened is HistoryEvent.Fault { Kind: HistoryEvent.Fault.CloudSetBack }) setBacks++;
            if (happened is HistoryEvent.Fault { Kind: HistoryEvent.Fault.MediaRolledBack } fault) foreach (var key in last.Keys.Where(key => key.Item1 == fault.Target).ToList()) last.Remove(key);
            if (happened is not HistoryEvent.Acknowledged told) continue;
            count++;
            var stream = (told.Device, told.Stream);
            var before = last.GetValueOrDefault(stream);
            if (told.Through < before)
            {
                stepsBack[stream] = stepsBack.GetValueOrDefault(stream) + 1;
                if (stepsBack[stream] > setBacks) verdicts["S4"].Broken($"{told.Device}: acknowledged {before}, later {told.Through}");
            }

            last[stream] = told.Through;
        }

        verdicts["S6"].Observed($"{count:N0} seen meanwhile");
    }

    List<(long Through, string? Chain)> Acknowledgements(Guid stream) =>
        [.. (input.History?.Events ?? []).OfType<HistoryEvent.Acknowledged>().Where(told => told.Stream == stream).Select(told => (told.Through, told.Chain))];

    /// <summary>Milliseconds and counter of a packed hybrid timestamp.</summary>
    static string Words(long packed) => $"{packed >> 16}.{packed & 0xFFFF}";

    string Code(CloudStream stream) => cloud.Devices.TryGetValue(stream.DeviceId, out var device) ? device.Code : stream.DeviceId.ToString(CultureInfo.InvariantCulture);

    sealed record Place(Guid Stream, long Sequence, EntryKey Entry, Digest? Hash, long? Effective, long? ReceivedMilliseconds, bool IsQuarantined, bool Elsewhere)
    {
        public static Place Read(DbDataReader reader) => new(
            reader.GetGuid(0), reader.GetInt64(1), EntryKey.Of(reader.GetGuid(2)), JournalRow.ReadDigest(reader, 3),
            reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetInt64(5), !reader.IsDBNull(6), reader.GetBoolean(7));
    }
}
