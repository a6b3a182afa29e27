using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>
/// The ledger's entries above what the cloud has acknowledged, in sequence and with their chain. Reading does not remove, an
/// acknowledgement only moves a mark: nothing here ever drops an entry.
/// </summary>
public sealed class OutboxStore
{
    const string ReadBatchSql = "SELECT position, store_id, bytes, hash FROM entry WHERE position > $after ORDER BY position LIMIT $limit";
    const string ReadItemsSql = "SELECT position, entry_id, kind, store_id, length(bytes) FROM entry WHERE position > $after ORDER BY position LIMIT $limit";
    const string SaveDispositionSql = """
        INSERT INTO disposition (position, kind, code, reference) VALUES ($position, $kind, $code, $reference)
        ON CONFLICT (position) DO UPDATE SET kind = excluded.kind, code = excluded.code, reference = excluded.reference
        """;

    // The tag and length that a batch adds to each entry.
    const int FramingBytes = 4;
    const int ChainEndsMax = 16;

    readonly Database database;
    readonly DeviceStateStore states;
    readonly Action<AgentChange> changed;
    readonly Lock remembering = new();
    readonly Queue<(StreamId Stream, long Sequence, ChainHash Chain)> chainEnds = new();

    internal OutboxStore(Database database, DeviceStateStore states, Action<AgentChange> changed)
    {
        this.database = database;
        this.states = states;
        this.changed = changed;
    }

    /// <summary>
    /// The entries after <paramref name="afterSequence"/>, in sequence, cut where the store changes and at the bounds (at least
    /// one entry); null where there are none.
    /// </summary>
    /// <exception cref="LedgerException">LEDGER_DAMAGED: an entry is missing, or its bytes are not those that were committed.</exception>
    public OutboxBatch? ReadBatch(long afterSequence, int entriesMax, int bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entriesMax);
        var state = states.Current;
        if (afterSequence >= state.LastSequence) return null;
        var batch = database.Read(snapshot =>
        {
            var before = LedgerStore.KnownChain(state, afterSequence) ?? Remembered(state.Stream, afterSequence) ?? LedgerStore.ChainAt(snapshot, state, afterSequence);
            return ReadBatch(snapshot, state, afterSequence, before, entriesMax, bytesMax);
        });
        Remember(batch.Stream, batch.LastSequence, batch.ChainAfter);
        return batch;
    }

    /// <summary>Records how far the cloud has the stream and what became of entries, or nothing. A repeat changes nothing.</summary>
    public AcknowledgeOutcome Acknowledge(long appliedThrough, ChainHash appliedChain, long durableThrough, IReadOnlyList<EntryDisposition> dispositions)
    {
        var outcome = states.Write<AcknowledgeOutcome>(Durability.Repeatable, (tx, state) =>
        {
            if (appliedThrough < state.AcknowledgedThrough) return (new AcknowledgeOutcome.CloudBehind(state.AcknowledgedThrough), state);
            if (appliedThrough > state.LastSequence)
                return (new AcknowledgeOutcome.NewStreamRequired($"The cloud acknowledges sequence {appliedThrough}, the ledger ends at {state.LastSequence}."), state);
            var chain = LedgerStore.KnownChain(state, appliedThrough) ?? Remembered(state.Stream, appliedThrough) ?? LedgerStore.ChainAt(tx.Connection, state, appliedThrough);
            if (chain != appliedChain) return (new AcknowledgeOutcome.NewStreamRequired($"The cloud has other content at sequence {appliedThrough} of this stream."), state);

            SaveDispositions(tx, state, appliedThrough, dispositions);
            return (new AcknowledgeOutcome.Accepted(appliedThrough), state with
            {
                AcknowledgedThrough = appliedThrough,
                AcknowledgedChain = chain,
                DurableThrough = Math.Clamp(durableThrough, state.DurableThrough, appliedThrough),
            });
        });
        if (outcome is AcknowledgeOutcome.Accepted) changed(AgentChange.Acknowledged);
        return outcome;
    }

    internal static IReadOnlyList<OutboxItem> ReadItems(Connection snapshot, DeviceState state, int limit)
    {
        var items = new List<OutboxItem>();
        using var rows = snapshot.Prepare(ReadItemsSql);
        rows.Bind("$after", state.BasePosition + state.AcknowledgedThrough).Bind("$limit", limit);
        while (rows.Step())
        {
            var id = EntryId.Read(rows.Blob(1));
            items.Add(new(rows.Int64(0), rows.Int64(0) - state.BasePosition, id, (EntryKind)rows.Int32(2), new(rows.Int32(3)), LedgerStore.RecordedAt(id), rows.Int32(4)));
        }

        return items;
    }

    static OutboxBatch ReadBatch(Connection snapshot, DeviceState state, long afterSequence, ChainHash before, int entriesMax, int bytesMax)
    {
        var entries = new List<ReadOnlyMemory<byte>>(Math.Min(entriesMax, (int)Math.Min(int.MaxValue, state.LastSequence - afterSequence)));
        var chain = before;
        var sequence = afterSequence;
        var store = 0;
        var bytesLeft = (long)bytesMax;
        using var rows = snapshot.Prepare(ReadBatchSql);
        rows.Bind("$after", state.BasePosition + afterSequence).Bind("$limit", entriesMax);
        while (rows.Step())
        {
            if (rows.Int64(0) != state.BasePosition + sequence + 1) throw Damaged($"no entry at position {state.BasePosition + sequence + 1}");
            if (store == 0) store = rows.Int32(1);
            else if (store != rows.Int32(1)) break;
            var bytes = rows.Blob(2);
            bytesLeft -= bytes.Length + FramingBytes;
            if (bytesLeft < 0 && entries.Count > 0) break;

            // The cloud would take changed bytes for a fork of the stream; the truth is a disk that rots.
            var hash = Hash256.Read(rows.Blob(3));
            if (Hash256.Of(bytes) != hash) throw Damaged($"the bytes at position {rows.Int64(0)} are not those that were committed");
            chain = chain.Append(++sequence, hash);
            entries.Add(bytes.ToArray());
        }

        return entries.Count > 0 ? new(state.Stream, new(store), afterSequence + 1, before, entries, chain) : throw Damaged($"no entry at position {state.BasePosition + sequence + 1}");
    }

    static LedgerException Damaged(string detail) => new(
        LedgerException.Damaged, $"The ledger is damaged: {detail}.", "Selling goes on, nothing is sent meanwhile. Run 'edgeretail repair': it makes a new ledger of all that can be read and keeps the damaged one.");

    static void SaveDispositions(WriteTransaction tx, DeviceState state, long appliedThrough, IReadOnlyList<EntryDisposition> dispositions)
    {
        foreach (var disposition in dispositions)
        {
            // A duplicate is a repeat of what went well.
            if (disposition.Kind == DispositionKind.Duplicate) continue;
            var last = Math.Min(disposition.FirstSequence + disposition.Count - 1, appliedThrough);
            for (var sequence = Math.Max(1, disposition.FirstSequence); sequence <= last; sequence++)
            {
                using var save = tx.Prepare(SaveDispositionSql);
                save.Bind("$position", state.BasePosition + sequence).Bind("$kind", (int)disposition.Kind).Bind("$code", disposition.Code).Bind("$reference", disposition.Reference).Run();
            }
        }
    }

    ChainHash? Remembered(StreamId stream, long sequence)
    {
        lock (remembering)
        {
            foreach (var end in chainEnds)
            {
                if (end.Stream == stream && end.Sequence == sequence) return end.Chain;
            }

            return null;
        }
    }

    void Remember(StreamId stream, long sequence, ChainHash chain)
    {
        lock (remembering)
        {
            chainEnds.Enqueue((stream, sequence, chain));
            if (chainEnds.Count > ChainEndsMax) chainEnds.Dequeue();
        }
    }
}
