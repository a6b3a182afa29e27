using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The device's entries, append-only, its identity and its place in the stream. An entry, its receipt number, its pending
/// adjustments and its chain hash are one transaction.
/// </summary>
public sealed class LedgerStore
{
    const string InsertEntrySql = "INSERT INTO entry (position, entry_id, store_id, kind, bytes, hash) VALUES ($position, $id, $store, $kind, $bytes, $hash)";
    const string InsertPendingSql = "INSERT INTO pending_row (position, product, store_id, adjustment) VALUES ($position, $product, $store, $adjustment)";
    const string InsertReceiptSql = "INSERT INTO receipt (series, number, position) VALUES ($series, $number, $position)";
    const string InsertCheckpointSql = "INSERT INTO chain_checkpoint (stream_id, sequence, chain) VALUES ($stream, $sequence, $chain)";
    const string ReadCheckpointSql = "SELECT sequence, chain FROM chain_checkpoint WHERE stream_id = $stream AND sequence <= $sequence ORDER BY sequence DESC LIMIT 1";
    const string ReadHashesSql = "SELECT hash FROM entry WHERE position > $after AND position <= $through ORDER BY position LIMIT $limit";
    const string ReadEntrySql = "SELECT entry_id, bytes FROM entry WHERE position = $position";
    const string ReadPositionSql = "SELECT position FROM entry WHERE entry_id = $id";
    const string ReadEntryIdSql = "SELECT entry_id FROM entry WHERE position = $position";
    const string ReadReceiptSql = "SELECT position FROM receipt WHERE series = $series AND number = $number";
    const string DropDispositionsSql = "DELETE FROM disposition WHERE position > $after";
    const string DropSettlementsSql = "DELETE FROM settlement WHERE position > $after";
    const string OldestSql = "SELECT min(position) FROM entry";

    /// <summary>Every so many sequences the chain hash is kept, so that any other is this many hashes away at most.</summary>
    internal const int CheckpointInterval = 256;

    readonly Database database;
    readonly DeviceStateStore states;
    readonly DeviceClock clock;
    readonly string timeZoneDirectory;
    readonly Action<AgentChange> changed;
    readonly HybridTimestamp hlcAtStart;
    volatile BusinessCalendar calendar;

    internal LedgerStore(Database database, DeviceStateStore states, DeviceClock clock, string timeZoneDirectory, Action<AgentChange> changed)
    {
        this.database = database;
        this.states = states;
        this.clock = clock;
        this.timeZoneDirectory = timeZoneDirectory;
        this.changed = changed;
        calendar = Calendar(states.Current.Identity);
        hlcAtStart = states.Current.Hlc;
    }

    /// <summary>Who the device is now; settings change with a Welcome.</summary>
    public DeviceIdentity Identity => states.Current.Identity;

    /// <summary>The version of the time zone rules that entries carry; "none" where the machine lacks the store's zone.</summary>
    public string TimeZoneVersion => calendar.Version;

    /// <summary>Everything that a Hello says, of one moment.</summary>
    public HelloState HelloState()
    {
        var state = states.Current;
        var (oldest, outbox, offsets) = database.Read(snapshot => (OldestPosition(snapshot), OutboxFigures(snapshot, state), ClockOffsetStore.Read(snapshot)));
        return new(
            state.Identity,
            state.Stream,
            state.LastSequence,
            state.LastChain,
            state.AcknowledgedThrough,
            state.AcknowledgedChain,
            state.DurableThrough,
            oldest == 0 ? state.LastSequence + 1 : Math.Max(1, oldest - state.BasePosition),
            state.StoreCursor,
            state.CatalogueCursor,
            state.Incarnation,
            state.SessionToken,
            state.NextReceiptNumber - 1,
            outbox,
            state.PendingCount,
            state.CacheDriftCount,
            clock.Read())
        {
            Fork = state.Fork,
            ClockOffsets = offsets,
        };
    }

    /// <summary>The chain hash after the entry at <paramref name="sequence"/> of the current stream (0: the stream's start); null beyond the ledger, and where it was pruned.</summary>
    public ChainHash? ChainAt(long sequence)
    {
        var state = states.Current;
        return KnownChain(state, sequence) ?? (sequence < 0 || sequence > state.LastSequence || !KnowsChain(state, sequence) ? null : database.Read(snapshot => ChainAt(snapshot, state, sequence)));
    }

    /// <summary>
    /// Persists token, verdict, incarnation, clock and settings, or nothing; synced to disk when it returns. Where the cloud has
    /// less than it had acknowledged, the outbox begins there again; with a new stream everything retained is re-stamped under it.
    /// </summary>
    public WelcomeOutcome SaveWelcome(SessionWelcome welcome)
    {
        // Whoever moves the device asks here, on the thread that syncs: until then nothing is recorded in the store it moves to.
        var returns = welcome.Settings is { } assigned && assigned.Store != Identity.Store && database.Read(snapshot => Cache.PendingTable.FirstOf(snapshot, assigned.Store)) is not null;
        var outcome = welcome.Opening is { } opening ? OpenStream(welcome, opening, returns) : Resume(welcome, returns);
        var identity = Identity;
        if (calendar.TimeZone != identity.TimeZone || calendar.DayCutOffMinutes != identity.DayCutOffMinutes) calendar = Calendar(identity);
        if (outcome is not WelcomeOutcome.NewStreamRequired)
        {
            clock.Learn(welcome.ServerTime);
            changed(AgentChange.Settings);
        }

        return outcome;
    }

    WelcomeOutcome Resume(SessionWelcome welcome, bool returns) =>
        states.Write<WelcomeOutcome>(Durability.Synced, (tx, state) =>
        {
            if (welcome.Stream != state.Stream) return (new WelcomeOutcome.NewStreamRequired($"The cloud speaks of stream {welcome.Stream}, this ledger is {state.Stream}."), state);
            if (welcome.AppliedThrough < 0 || welcome.AppliedThrough > state.LastSequence)
                return (new WelcomeOutcome.NewStreamRequired($"The cloud has this stream through {welcome.AppliedThrough}, the ledger ends at {state.LastSequence}."), state);
            if (!KnowsChain(state, welcome.AppliedThrough))
                return (new WelcomeOutcome.NewStreamRequired($"The cloud has this stream through {welcome.AppliedThrough}, the ledger keeps it no longer from there."), state);
            if ((KnownChain(state, welcome.AppliedThrough) ?? ChainAt(tx.Connection, state, welcome.AppliedThrough)) != welcome.AppliedChain)
                return (new WelcomeOutcome.NewStreamRequired($"The cloud has other content at sequence {welcome.AppliedThrough} of this stream."), state);

            KeepClockOffset(tx, welcome);
            var forgot = welcome.AppliedThrough < state.AcknowledgedThrough;
            if (forgot)
            {
                using var drop = tx.Prepare(DropDispositionsSql);
                drop.Bind("$after", state.BasePosition + welcome.AppliedThrough).Run();
                using var forget = tx.Prepare(DropSettlementsSql);
                forget.Bind("$after", state.BasePosition + welcome.AppliedThrough).Run();
            }

            var next = WithTime(state, welcome) with
            {
                AcknowledgedThrough = welcome.AppliedThrough,
                AcknowledgedChain = welcome.AppliedChain,
                DurableThrough = Math.Min(welcome.DurableThrough, welcome.AppliedThrough),
                RewindsThrough = forgot ? Math.Max(state.RewindsThrough, state.AcknowledgedThrough) : state.RewindsThrough,
                Incarnation = welcome.Incarnation,
                SessionToken = welcome.Token.ToArray(),
            };
            if (welcome.Settings is { } settings) next = WithSettings(tx, next, settings, returns);
            return (new WelcomeOutcome.Resumed(welcome.AppliedThrough + 1, forgot), next);
        });

    /// <summary>
    /// What is pending stays pending: coverage is by entry, and an entry is the same under every stream. The cloud drops by
    /// entry id what it has.
    /// </summary>
    WelcomeOutcome OpenStream(SessionWelcome welcome, StreamOpening opening, bool returns)
    {
        var stamped = database.Read(snapshot =>
        {
            var begun = Restamping.Begin(snapshot, welcome.Stream, states.Current.LastPosition);
            begun.CatchUp(snapshot);
            return begun;
        });
        return states.Write<WelcomeOutcome>(Durability.Synced, (tx, state) =>
        {
            if (welcome.Stream == state.Stream || welcome.AppliedThrough != 0)
                return (new WelcomeOutcome.NewStreamRequired($"The cloud calls stream {welcome.Stream} new and has {welcome.AppliedThrough} entries of it."), state);
            if (!stamped.BeginsAsBefore(tx.Connection)) stamped = Restamping.Begin(tx.Connection, welcome.Stream, state.LastPosition);
            stamped.CatchUp(tx.Connection);
            KeepClockOffset(tx, welcome);
            var next = WithTime(state, welcome) with
            {
                Stream = stamped.Stream,
                BasePosition = stamped.BasePosition,
                LastSequence = stamped.LastSequence,
                LastChain = stamped.Chain,
                AcknowledgedThrough = 0,
                AcknowledgedChain = ChainHash.Start(stamped.Stream),
                DurableThrough = 0,
                Incarnation = welcome.Incarnation,
                SessionToken = welcome.Token.ToArray(),
                NextReceiptNumber = 1,
                Identity = state.Identity with { ReceiptSeries = opening.ReceiptSeries },
                OpenedBecause = opening.Code,
                RewindsThrough = 0,
                Fork = null,
            };
            next = next with { OpenedAtMilliseconds = next.LastGoodTimeMilliseconds };
            if (welcome.Settings is { } settings) next = WithSettings(tx, next, settings, returns);
            // The state's own row comes first: checkpoints refer to it.
            tx.BeforeCommit(() => InsertCheckpoints(tx, stamped));
            return (new WelcomeOutcome.Opened(stamped.LastSequence), next);
        });
    }

    static void InsertCheckpoints(WriteTransaction tx, Restamping stamped)
    {
        var stream = stamped.Stream.ToByteArray();
        using var insert = tx.Prepare(InsertCheckpointSql);
        foreach (var (sequence, chain) in stamped.Checkpoints)
        {
            insert.Bind("$stream", stream).Bind("$sequence", sequence).Bind("$chain", chain.ToByteArray()).Run();
            insert.Rewind();
        }
    }

    /// <summary>
    /// Writes the entry that <paramref name="make"/> gives for a header and the next receipt number, with everything that belongs
    /// to it, unless it breaks a rule. The caller makes the returned state the next one.
    /// </summary>
    internal AppendOutcome Append(WriteTransaction tx, DeviceState state, string actor, bool takesReceipt, Func<EntryHeader, ReceiptNumber, Entry> make)
    {
        var identity = state.Identity;
        var reading = clock.Read(state.LastGoodTimeMilliseconds);
        var hlc = HybridClock.Send(Believed(state.Hlc, hlcAtStart, reading), reading.PhysicalMilliseconds);
        var header = new EntryHeader(
            identity.Store, identity.AssignmentVersion, identity.Device, actor, hlc, reading.WallTime, reading.BootId, reading.MonotonicMilliseconds, reading.Quality,
            calendar.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(reading.PhysicalMilliseconds)), calendar.Version);
        var receipt = new ReceiptNumber(identity.DeviceCode, identity.ReceiptSeries, state.NextReceiptNumber);
        var entry = make(header, receipt);
        if (EntryRules.FirstViolation(entry) is { } violation) return new AppendOutcome.Violates(violation);
        var encoded = EntryCodec.Encode(entry);
        if (encoded.Bytes.Length > ProtocolLimits.EntryBytesMax)
            return new AppendOutcome.Violates(new("ENTRY_TOO_LARGE", $"The entry has {encoded.Bytes.Length} bytes; at most {ProtocolLimits.EntryBytesMax} are taken. Split it."));

        var sequence = state.LastSequence + 1;
        var position = state.BasePosition + sequence;
        var chain = state.LastChain.Append(sequence, encoded.Hash);
        Insert(tx, position, encoded.Id, identity.Store, (int)entry.Kind, encoded.Bytes.Span, encoded.Hash);
        InsertPending(tx, position, identity.Store, Cache.PendingCounts.Adjustments(tx, state.StockGeneration, state.CoveredThrough, identity.Store, position, entry));
        if (takesReceipt)
        {
            using var insert = tx.Prepare(InsertReceiptSql);
            insert.Bind("$series", receipt.Series).Bind("$number", receipt.Number).Bind("$position", position).Run();
        }

        if (sequence % CheckpointInterval == 0) InsertCheckpoint(tx, state.Stream, sequence, chain);

        return new AppendOutcome.Appended(encoded.Id, position, takesReceipt ? receipt : null, state with
        {
            LastSequence = sequence,
            LastChain = chain,
            Hlc = hlc,
            LastGoodTimeMilliseconds = reading.Quality == ClockQuality.Trusted ? Math.Max(state.LastGoodTimeMilliseconds, reading.PhysicalMilliseconds) : state.LastGoodTimeMilliseconds,
            NextReceiptNumber = state.NextReceiptNumber + (takesReceipt ? 1 : 0),
            PendingCount = state.PendingCount + 1,
        });
    }

    /// <summary>The business date that an entry recorded now would bear.</summary>
    internal DateOnly Today(DeviceState state) => calendar.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(clock.Read(state.LastGoodTimeMilliseconds).PhysicalMilliseconds));

    /// <summary>
    /// The clock as it was left by an earlier run is given up where a trusted clock says that it was ahead: the wrong time of then
    /// would mark everything from now on. In a run it never goes back.
    /// </summary>
    internal static HybridTimestamp Believed(HybridTimestamp hlc, HybridTimestamp hlcAtStart, ClockReading reading) =>
        hlc == hlcAtStart && reading.Quality == ClockQuality.Trusted && hlc.Milliseconds > reading.PhysicalMilliseconds + (long)ProtocolLimits.ClockBound.TotalMilliseconds ? default : hlc;

    /// <summary>The chain hash at a sequence that the ledger has.</summary>
    internal static ChainHash ChainAt(Connection snapshot, DeviceState state, long sequence)
    {
        var (from, chain) = Checkpoint(snapshot, state.Stream, sequence);
        using var hashes = snapshot.Prepare(ReadHashesSql);
        hashes.Bind("$after", state.BasePosition + from).Bind("$through", state.BasePosition + sequence).Bind("$limit", sequence - from);
        while (hashes.Step()) chain = chain.Append(++from, Hash256.Read(hashes.Blob(0)));
        return from == sequence
            ? chain
            : throw new LedgerException(LedgerException.Damaged, $"The ledger has no entry at sequence {from + 1} of its stream.", "Keep the data directory as it is and call support.");
    }

    /// <summary>Whether the chain at a sequence can still be told: not inside of what was pruned.</summary>
    internal static bool KnowsChain(DeviceState state, long sequence) => sequence == 0 || sequence >= state.PrunedThrough - state.BasePosition;

    /// <summary>The chain hash where it needs no reading.</summary>
    internal static ChainHash? KnownChain(DeviceState state, long sequence) =>
        sequence == state.LastSequence ? state.LastChain
        : sequence == state.AcknowledgedThrough ? state.AcknowledgedChain
        : sequence == 0 ? ChainHash.Start(state.Stream)
        : null;

    internal static OutboxFigures OutboxFigures(Connection snapshot, DeviceState state)
    {
        if (state.OutboxCount == 0) return new(0, null);
        using var oldest = snapshot.Prepare(ReadEntryIdSql);
        return new(state.OutboxCount, oldest.Bind("$position", state.BasePosition + state.AcknowledgedThrough + 1).Step() ? RecordedAt(EntryId.Read(oldest.Blob(0))) : null);
    }

    /// <summary>The first 48 bits of a derived id are the milliseconds of the entry's clock.</summary>
    internal static DateTimeOffset RecordedAt(EntryId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.WriteTo(bytes);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }

    internal static StoredEntry? Find(Connection snapshot, ReceiptNumber receipt)
    {
        using var row = snapshot.Prepare(ReadReceiptSql);
        return row.Bind("$series", receipt.Series).Bind("$number", receipt.Number).Step() ? Read(snapshot, row.Int64(0)) : null;
    }

    /// <summary>Where an entry stands in this ledger; null where it does not.</summary>
    internal static long? Position(Connection snapshot, EntryId entry)
    {
        using var row = snapshot.Prepare(ReadPositionSql);
        return row.Bind("$id", entry.ToByteArray()).Step() ? row.Int64(0) : null;
    }

    /// <summary>The entry at a position of this ledger.</summary>
    /// <exception cref="LedgerException">LEDGER_DAMAGED: it is not there, or its bytes are no entry.</exception>
    internal static StoredEntry Read(Connection snapshot, long position)
    {
        using var row = snapshot.Prepare(ReadEntrySql);
        if (row.Bind("$position", position).Step() && EntryCodec.Decode(row.Blob(1).ToArray()) is EntryDecoding.Decoded decoded)
            return new(position, EntryId.Read(row.Blob(0)), decoded.Entry);
        throw new LedgerException(LedgerException.Damaged, $"The entry at position {position} of the ledger cannot be read.", "Keep the data directory as it is and call support.");
    }

    internal static void Insert(WriteTransaction tx, long position, EntryId id, StoreId store, int kind, ReadOnlySpan<byte> bytes, Hash256 hash)
    {
        Span<byte> sixteen = stackalloc byte[16];
        Span<byte> thirtyTwo = stackalloc byte[Hash256.Length];
        id.WriteTo(sixteen);
        hash.WriteTo(thirtyTwo);
        using var insert = tx.Prepare(InsertEntrySql);
        insert.Bind("$position", position).Bind("$id", sixteen).Bind("$store", store.Value).Bind("$kind", kind).Bind("$bytes", bytes).Bind("$hash", thirtyTwo).Run();
    }

    internal static void InsertCheckpoint(WriteTransaction tx, StreamId stream, long sequence, ChainHash chain)
    {
        Span<byte> thirtyTwo = stackalloc byte[Hash256.Length];
        chain.Value.WriteTo(thirtyTwo);
        using var insert = tx.Prepare(InsertCheckpointSql);
        insert.Bind("$stream", stream.ToByteArray()).Bind("$sequence", sequence).Bind("$chain", thirtyTwo).Run();
    }

    internal static void InsertPending(WriteTransaction tx, long position, StoreId store, IReadOnlyList<StockMovement> movements)
    {
        using var insert = tx.Prepare(InsertPendingSql);
        if (movements.Count == 0)
        {
            insert.Bind("$position", position).Bind("$product", "").Bind("$store", store.Value).Bind("$adjustment", 0).Run();
            return;
        }

        foreach (var movement in movements)
        {
            insert.Bind("$position", position).Bind("$product", movement.Product.Value).Bind("$store", store.Value).Bind("$adjustment", movement.DeltaThousandths).Run();
            insert.Rewind();
        }
    }

    static (long Sequence, ChainHash Chain) Checkpoint(Connection snapshot, StreamId stream, long sequence)
    {
        using var row = snapshot.Prepare(ReadCheckpointSql);
        return row.Bind("$stream", stream.ToByteArray()).Bind("$sequence", sequence).Step() ? (row.Int64(0), ChainHash.Read(row.Blob(1))) : (0, ChainHash.Start(stream));
    }

    static long OldestPosition(Connection snapshot)
    {
        using var row = snapshot.Prepare(OldestSql);
        return row.Step() && !row.IsNull(0) ? row.Int64(0) : 0;
    }

    static void KeepClockOffset(WriteTransaction tx, SessionWelcome welcome)
    {
        if (welcome.ClockOffset is { } offset) ClockOffsetStore.Save(tx, offset, welcome.ServerTime.ToUnixTimeMilliseconds());
    }

    /// <summary>
    /// The cloud's clock is merged into the device's. Its time is believed: a clock or a remembered time that was further ahead
    /// than the bound is given up, so that one wrong clock does not mark everything after it.
    /// </summary>
    internal static (HybridTimestamp Hlc, long LastGoodTimeMilliseconds) TimeAfter(HybridTimestamp hlc, SessionWelcome welcome)
    {
        var serverMilliseconds = welcome.ServerTime.ToUnixTimeMilliseconds();
        var boundMilliseconds = (long)ProtocolLimits.ClockBound.TotalMilliseconds;
        var believed = hlc.Milliseconds > serverMilliseconds + boundMilliseconds ? new HybridTimestamp(serverMilliseconds, 0) : hlc;
        return (HybridClock.TryReceive(believed, welcome.Hlc, serverMilliseconds, ProtocolLimits.ClockBound, out var merged) ? merged : believed, serverMilliseconds);
    }

    static DeviceState WithTime(DeviceState state, SessionWelcome welcome)
    {
        var (hlc, lastGood) = TimeAfter(state.Hlc, welcome);
        return state with { Hlc = hlc, LastGoodTimeMilliseconds = lastGood };
    }

    /// <summary>
    /// In another store the stock begins from nothing; rows of the store before stay under its own number and are not shown. In a
    /// store of which the ledger has no entry nothing is pending: the mark passes all that there is, whose rows are cleared away
    /// in parts, and a sale does not wait for a move with tens of thousands of unsent entries.
    /// </summary>
    /// <param name="returns">Whether the ledger has entries of the store that the device moves to.</param>
    static DeviceState WithSettings(WriteTransaction tx, DeviceState state, StoreSettings settings, bool returns)
    {
        var moved = settings.Store != state.Identity.Store;
        var (left, came) = (moved, returns) switch
        {
            (true, true) => Cache.PendingTable.BeginStore(tx, state.CoveredThrough, settings.Store, state.StockGeneration + 1),
            (true, false) => ((int)state.PendingCount, 0),
            _ => (0, 0),
        };
        return state with
        {
            Identity = state.Identity with
            {
                Store = settings.Store,
                AssignmentVersion = settings.AssignmentVersion,
                StoreName = settings.StoreName,
                Currency = settings.Currency,
                TimeZone = settings.TimeZone,
                DayCutOffMinutes = settings.DayCutOffMinutes,
                SettingsVersion = settings.Version,
                DeviceCode = settings.DeviceCode,
            },
            CoveredCount = state.CoveredCount + left - came,
            PendingCount = state.PendingCount - left + came,
            CoveredThrough = !moved ? state.CoveredThrough : returns ? 0 : state.LastPosition,
            StoreCursor = moved ? Cache.FeedCursor.Start : state.StoreCursor,
            StoreAppliedAt = moved ? null : state.StoreAppliedAt,
            StockGeneration = moved ? state.StockGeneration + 1 : state.StockGeneration,
            StockChecksum = moved ? Contracts.Identifiers.StockChecksum.Empty : state.StockChecksum,
        };
    }

    BusinessCalendar Calendar(DeviceIdentity identity) => new(identity.TimeZone, identity.DayCutOffMinutes, timeZoneDirectory);
}
