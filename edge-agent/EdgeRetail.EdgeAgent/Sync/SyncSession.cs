using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using Google.Protobuf;
using WireCursor = EdgeRetail.Contracts.Sync.V1.FeedCursor;
using WireOutbox = EdgeRetail.Contracts.Sync.V1.OutboxFigures;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// One call of the sync protocol, the device's side, as a state machine: what happened goes in, what is to be done comes out.
/// It has no I/O, no clock and no randomness of its own, and is used by one thread at a time. What it promises: the token is
/// persisted before the first batch; entries go up in sequence, as they are stored, and none is skipped whatever the cloud
/// answers; it follows the cloud only where its own chain hash agrees, also downward, and where it does not, asks for a new
/// stream under which everything goes up again; no input makes it throw.
/// </summary>
public sealed class SyncSession(BatchSizing sizing, ForkReason? knownFork = null)
{
    /// <summary>No Welcome within this: the call is given up.</summary>
    public static readonly TimeSpan HelloDeadline = TimeSpan.FromSeconds(15);

    /// <summary>No acknowledgement within this, and a second more for every <see cref="SlowestLinkBytesPerSecond"/> in flight: the call is given up.</summary>
    public static readonly TimeSpan AcknowledgementDeadline = TimeSpan.FromSeconds(40);

    /// <summary>A call that breaks when a batch has had no answer for this long broke because nothing came through, not because somebody ended it.</summary>
    public static readonly TimeSpan DeadLineAfter = TimeSpan.FromSeconds(30);

    /// <summary>An outbox that is not empty and does not shrink for this long: the call is given up, whatever the reason.</summary>
    public static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(10);

    public const string NoProgress = "NO_PROGRESS";

    /// <summary>At least this long between two reports of the device's figures.</summary>
    public static readonly TimeSpan FiguresInterval = TimeSpan.FromSeconds(1);

    /// <summary>A replica that goes away gets this long to acknowledge what is in flight.</summary>
    public static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(2);

    /// <summary>
    /// An own marker behind what the cloud acknowledged is an old page, unless nothing was under way for this long; a page that
    /// says otherwise has come by then.
    /// </summary>
    public static readonly TimeSpan MarkerStaleness = TimeSpan.FromSeconds(10);

    /// <summary>A session that held this long was a good one, also where nothing was to be done.</summary>
    public static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);

    public const int SlowestLinkBytesPerSecond = 4 * 1024;

    const int RewindsWithoutProgressMax = 8;
    const int SingleEntryTriesMax = 2;
    static readonly TimeSpan PacingMax = TimeSpan.FromSeconds(10);

    readonly List<SyncEffect> effects = [];
    readonly Queue<InFlight> inFlight = new();
    readonly Queue<CloudMessage> unread = new();

    HelloState state = null!;
    CacheReading reading = null!;
    IReadOnlyList<FeedKind> resync = [];
    Limits limits = new();
    Phase phase = Phase.New;
    ChainHash acknowledgedChain;
    ChainHash sentChain;
    long sentThrough;
    long highestSeen;
    bool mayHaveMore;
    long durableThrough;
    long storeCursor;
    long catalogueCursor;
    long storeHead;
    long catalogueHead;
    long pendingCount;
    IncarnationId incarnation;
    byte[] token = [];
    int rewindsWithoutProgress;
    bool outboxReadOutstanding;
    bool discardRead;
    bool welcomeOutstanding;
    bool busy;
    bool hadProgress;
    (long Sequence, Action<ChainHash?> Then)? chainWanted;
    SyncFigures? figuresReported;
    OffsetRecord? clockOffsetToTell;
    TimeSpan now;
    TimeSpan connectedAt;
    TimeSpan establishedAt;
    TimeSpan progressAt;
    TimeSpan upstreamAt;
    bool markerIsBehind;
    TimeSpan? figuresDueAt;
    TimeSpan nextBatchAt;
    TimeSpan? drainUntil;
    TimeSpan drainThenAfter;

    enum Phase
    {
        New,
        AwaitingWelcome,
        ComparingChains,
        Established,
        Ended,
    }

    readonly record struct InFlight(long Last, ChainHash ChainAfter, int Entries, int Bytes);

    /// <summary>The entries up to here are the cloud's.</summary>
    public long AcknowledgedThrough { get; private set; }

    /// <summary>How much goes into one batch now; handed to the next session.</summary>
    public BatchSizing Sizing { get; private set; } = sizing;

    public bool IsEstablished => phase == Phase.Established;

    public bool HasEnded => phase == Phase.Ended;

    /// <summary>Whether the cloud has acknowledged every entry that the session knows of.</summary>
    public bool IsDrained => phase == Phase.Established && !IsBacklogged;

    /// <summary>Whether own entries are not yet covered by the cache, as far as the session knows.</summary>
    public bool HasPending => pendingCount > 0;

    /// <summary>Whether both feeds are applied as far as they stood when the session was opened.</summary>
    public bool IsUpToDate => phase == Phase.Established && storeCursor >= storeHead && catalogueCursor >= catalogueHead && reading.IsIdle;

    bool IsBacklogged => mayHaveMore || outboxReadOutstanding || AcknowledgedThrough < sentThrough;

    /// <summary>When the session wants a <see cref="SyncInput.Tick"/> at the latest; null: never.</summary>
    public TimeSpan? WakeAt { get; private set; }

    /// <summary>Takes one input, at a time that never goes back, and says what to do.</summary>
    public IReadOnlyList<SyncEffect> Handle(SyncInput input, TimeSpan time)
    {
        effects.Clear();
        if (phase == Phase.Ended) return [];
        now = time;
        Take(input);
        if (phase != Phase.Ended) TakeUnread();
        if (phase != Phase.Ended) CheckDeadlines();
        if (phase == Phase.Established) SendMore();
        if (phase == Phase.Established) AdjustKeepAlive();
        WakeAt = NextDeadline();
        return [.. effects];
    }

    void Take(SyncInput input)
    {
        switch (input)
        {
            case SyncInput.Connected connected when phase == Phase.New: Open(connected.State, connected.Device); break;
            case SyncInput.CloudSaid said: unread.Enqueue(said.Message); break;
            case SyncInput.EntriesAppended: Grow(); break;
            case SyncInput.HealthChanged: FiguresChanged(); break;
            case SyncInput.OutboxRead read: SendBatch(read.Batch); break;
            case SyncInput.ChainRead read: CompareChain(read); break;
            case SyncInput.AcknowledgementStored: FiguresChanged(); break;
            case SyncInput.PageStored stored: ConfirmPage(stored); break;
            case SyncInput.SnapshotStored stored when phase == Phase.Established:
                hadProgress = true;
                reading.Take(stored, now);
                FiguresChanged();
                break;
            case SyncInput.PageLaid laid: Credit(FeedKind.Store, laid.Version); break;
            case SyncInput.SnapshotSwitched switched: Show(switched); break;
            case SyncInput.CatalogueBegun begun:
                catalogueCursor = 0;
                reading.Take(begun, now);
                break;
            case SyncInput.SnapshotLost or SyncInput.CacheChecked or SyncInput.CacheSummed or SyncInput.RangeRead or SyncInput.RangeRepaired or SyncInput.OldDropped when phase == Phase.Established:
                reading.Take(input, now);
                break;
            case SyncInput.WelcomeStored stored: Establish(stored.Restamped); break;
            case SyncInput.StoreRefused refused: End(refused.Code, refused.Message, refused.Retry, fork: refused.Fork); break;
            case SyncInput.FiguresRead read: Report(read.Figures); break;
            case SyncInput.CallEnded ended: EndBecause(ended); break;
            case SyncInput.Stop: End("STOPPED", "The device stopped syncing.", SyncRetry.Stopped); break;
            default: break; // time passed, or an answer that came too late
        }
    }

    void TakeUnread()
    {
        // While the ledger is asked for a chain hash or keeps the token, what the cloud says next waits: its order is a promise.
        while (phase != Phase.Ended && chainWanted is null && !welcomeOutstanding && unread.TryDequeue(out var message))
        {
            switch (message.MessageCase)
            {
                case CloudMessage.MessageOneofCase.Welcome: Follow(message.Welcome); break;
                case CloudMessage.MessageOneofCase.Refusal: Obey(message.Refusal); break;
                case CloudMessage.MessageOneofCase.Ack when phase == Phase.Established: Acknowledge(message.Ack); break;
                case CloudMessage.MessageOneofCase.Page when phase == Phase.Established: TakePage(message.Page); break;
                case CloudMessage.MessageOneofCase.SnapshotPage when phase == Phase.Established && reading.TakeRows(message.SnapshotPage): break;
                case CloudMessage.MessageOneofCase.Directive: Direct(message.Directive); break;
                case CloudMessage.MessageOneofCase.None: break; // of a later release: not for us
                default: End("CLOUD_MESSAGE_UNEXPECTED", $"The cloud sent {message.MessageCase}, which was not asked for.", SyncRetry.BackOff); break;
            }
        }
    }

    // ---- Hello and Welcome

    void Open(HelloState opened, DeviceFacts device)
    {
        state = opened;
        reading = new(effects, given => End(given.Code, given.Message, given.Retry, given.RetryAfter));
        mayHaveMore |= state.LastSequence > state.AcknowledgedThrough;
        AcknowledgedThrough = sentThrough = state.AcknowledgedThrough;
        acknowledgedChain = state.AcknowledgedChain;
        durableThrough = state.DurableThrough;
        storeCursor = state.StoreCursor.Version;
        catalogueCursor = state.CatalogueCursor.Version;
        pendingCount = state.PendingCount;
        highestSeen = state.LastSequence;
        connectedAt = now;
        phase = Phase.AwaitingWelcome;
        effects.Add(new SyncEffect.Send(new DeviceMessage { Hello = HelloOf(state, device, state.Fork ?? knownFork) }));
    }

    static Hello HelloOf(HelloState state, DeviceFacts device, ForkReason? fork) => new()
    {
        ProtocolMin = ProtocolLimits.ProtocolMin,
        ProtocolMax = ProtocolLimits.ProtocolMax,
        Token = ByteString.CopyFrom(state.SessionToken.Span),
        Stream = ByteString.CopyFrom(state.Stream.ToByteArray()),
        LastSequence = (ulong)state.LastSequence,
        LastChain = Bytes(state.LastChain),
        AcknowledgedThrough = (ulong)state.AcknowledgedThrough,
        AcknowledgedChain = Bytes(state.AcknowledgedChain),
        OldestRetained = (ulong)state.OldestRetained,
        StoreCursor = Cursor(state.StoreCursor),
        CatalogueCursor = Cursor(state.CatalogueCursor),
        Incarnation = state.Incarnation is { } known ? ByteString.CopyFrom(known.ToByteArray()) : ByteString.Empty,
        BootId = state.Clock.BootId,
        MonotonicMs = (ulong)state.Clock.MonotonicMilliseconds,
        WallTimeMs = state.Clock.WallTime.ToUnixTimeMilliseconds(),
        ClockQuality = (ClockQuality)state.Clock.Quality,
        SoftwareVersion = device.SoftwareVersion,
        EntrySchemaVersion = ProtocolLimits.EntrySchemaVersion,
        ReceiptSeries = state.Identity.ReceiptSeries,
        ReceiptNumber = (uint)state.LastReceiptNumber,
        Outbox = OutboxOf(state.Outbox.Count, state.Outbox.OldestAt),
        HardwareFingerprint = device.HardwareFingerprint,
        SettingsVersion = (ulong)state.Identity.SettingsVersion,
        Store = (uint)state.Identity.Store.Value,
        AssignmentVersion = (uint)state.Identity.AssignmentVersion,
        Fork = fork is null ? null : new() { Code = fork.Code, Message = fork.Message, CommonThrough = (ulong)fork.CommonThrough },
        Offsets = { state.ClockOffsets.Select(ClockOffsets.ToWire) },
    };

    void Follow(Welcome welcome)
    {
        if (phase != Phase.AwaitingWelcome)
        {
            End("CLOUD_MESSAGE_UNEXPECTED", "The cloud sent a second Welcome.", SyncRetry.BackOff);
            return;
        }

        if (welcome.Protocol is < ProtocolLimits.ProtocolMin or > ProtocolLimits.ProtocolMax)
        {
            End("PROTOCOL_UNSUPPORTED", $"The cloud speaks protocol {welcome.Protocol}, this release {ProtocolLimits.ProtocolMax}. Update the device.", SyncRetry.Slow);
            return;
        }

        if (welcome.Verdict == Verdict.Hold)
        {
            End("CLONE_SUSPECTED", "The cloud holds this device, because it may exist twice.", SyncRetry.Slow);
            return;
        }

        if (welcome.Verdict is not (Verdict.Resume or Verdict.NewStream) || WelcomeReader.Read(welcome) is not { } read)
        {
            EndInvalid("Welcome");
            return;
        }

        if (read.Opening is null && read.Stream != state.Stream)
        {
            EndForked("STREAM_UNKNOWN", "The cloud knows this device by another stream.");
            return;
        }

        (read, clockOffsetToTell) = ClockOffsets.Agree(state, welcome, read, now - connectedAt);
        limits = welcome.Limits ?? new Limits();
        (storeHead, catalogueHead) = ((long)Math.Min(welcome.StoreVersion, long.MaxValue), (long)Math.Min(welcome.CatalogueVersion, long.MaxValue));
        resync = [.. welcome.Resync];
        token = welcome.Token.ToByteArray();
        incarnation = read.Incarnation;
        phase = Phase.ComparingChains;
        if (read.Opening is null) WithOwnChain(read.AppliedThrough, own => Compare(read, own));
        else Store(read);
    }

    /// <summary>The session goes on when the ledger has it.</summary>
    void Store(SessionWelcome welcome)
    {
        durableThrough = Math.Min(welcome.DurableThrough, welcome.AppliedThrough);
        AcknowledgedThrough = welcome.AppliedThrough;
        acknowledgedChain = welcome.AppliedChain;
        welcomeOutstanding = true;
        effects.Add(new SyncEffect.PersistWelcome(welcome));
        if (welcome.Opening is { } opening) effects.Add(new SyncEffect.Alarm("NEW_STREAM", $"The cloud opened a new stream for this ledger ({opening.Code}): {opening.Reason}"));
    }

    void Compare(SessionWelcome welcome, ChainHash? own)
    {
        var applied = welcome.AppliedThrough;
        // What was pruned cannot be compared: that comes first.
        if (applied + 1 < state.OldestRetained) EndForked("CLOUD_LOST_DURABLE", $"The cloud lost entries from {applied + 1} on, which this ledger keeps no longer.");
        else if (own is null) EndForked("LEDGER_SET_BACK", $"The cloud has {applied} entries of this stream, this ledger fewer.");
        else if (own != welcome.AppliedChain) EndForked("LEDGER_FORKED", $"The cloud holds other entries than this ledger, up to entry {applied}.");
        else
        {
            WarnIfCloudForgot(applied);
            Store(welcome);
        }
    }

    void Establish(HelloState? restamped)
    {
        if (!welcomeOutstanding) return;
        welcomeOutstanding = false;
        if (restamped is not null)
        {
            state = restamped;
            pendingCount = state.PendingCount;
            highestSeen = state.LastSequence;
            mayHaveMore = false;
        }

        phase = Phase.Established;
        establishedAt = progressAt = now;
        Continue();
        effects.Add(new SyncEffect.Established());
        reading.Begin(resync, incarnation, state.LastSequence);
        FiguresChanged();
    }

    void WarnIfCloudForgot(long applied)
    {
        if (applied >= AcknowledgedThrough) return;
        effects.Add(new SyncEffect.Alarm(
            "CLOUD_LOST_DURABLE", $"The cloud had acknowledged {AcknowledgedThrough} entries and now has {applied}; the rest is sent again."));
    }

    /// <summary>The cloud and the ledger agree up to what is acknowledged: the next entry goes up next.</summary>
    void Continue()
    {
        sentThrough = AcknowledgedThrough;
        sentChain = acknowledgedChain;
        // What was sent and not acknowledged is there to be read again.
        mayHaveMore |= inFlight.Count > 0 || AcknowledgedThrough < state.LastSequence;
        inFlight.Clear();
        // A read that is under way began elsewhere.
        discardRead = outboxReadOutstanding;
        upstreamAt = now;
        effects.Add(new SyncEffect.Send(new DeviceMessage { Resume = new Resume { FromSequence = (ulong)(AcknowledgedThrough + 1), Offset = clockOffsetToTell } }));
    }

    // ---- Up

    void Grow()
    {
        if (!IsBacklogged) progressAt = now;
        mayHaveMore = true;
        FiguresChanged();
    }

    void SendMore()
    {
        if (outboxReadOutstanding || drainUntil is not null || chainWanted is not null || !mayHaveMore || now < nextBatchAt) return;
        if (inFlight.Count >= Math.Max(1, (int)Math.Min(limits.BatchesInFlightMax, 64))) return;
        outboxReadOutstanding = true;
        // What is appended from here on says so, and is read then.
        mayHaveMore = false;
        effects.Add(new SyncEffect.ReadOutbox(
            sentThrough,
            Bounded(limits.BatchEntriesMax, ProtocolLimits.BatchEntriesMax, Sizing.Entries),
            Bounded(limits.BatchBytesMax, ProtocolLimits.BatchBytesMax, Sizing.Bytes)));
    }

    static int Bounded(uint cloudMax, int protocolMax, int sizing) => Math.Max(1, Math.Min(cloudMax == 0 ? protocolMax : (int)Math.Min(cloudMax, (uint)protocolMax), sizing));

    void SendBatch(OutboxBatch? batch)
    {
        if (!outboxReadOutstanding) return;
        outboxReadOutstanding = false;
        if (phase != Phase.Established) return;
        if (discardRead || drainUntil is not null)
        {
            discardRead = false;
            mayHaveMore |= batch is not null;
            return;
        }

        if (batch is null || batch.Entries.Count == 0) return;
        mayHaveMore = true;

        if (batch.FirstSequence != sentThrough + 1 || batch.ChainBefore != sentChain)
        {
            End("LEDGER_CHAIN_BROKEN", $"The ledger's chain does not continue after entry {sentThrough}. Run 'edgeretail verify'.", SyncRetry.Slow);
            return;
        }

        var wire = new Batch
        {
            Token = UnsafeByteOperations.UnsafeWrap(token),
            Stream = ByteString.CopyFrom(state.Stream.ToByteArray()),
            Store = (uint)batch.Store.Value,
            FirstSequence = (ulong)batch.FirstSequence,
            ChainBefore = Bytes(batch.ChainBefore),
            ChainCheck = batch.ChainAfter.Check,
        };
        var bytes = 0;
        foreach (var entry in batch.Entries)
        {
            wire.Entries.Add(UnsafeByteOperations.UnsafeWrap(entry));
            bytes += entry.Length;
        }

        if (inFlight.Count == 0) upstreamAt = now;
        inFlight.Enqueue(new(batch.LastSequence, batch.ChainAfter, batch.Entries.Count, bytes));
        sentThrough = batch.LastSequence;
        sentChain = batch.ChainAfter;
        pendingCount += Math.Max(0, sentThrough - Math.Max(batch.FirstSequence - 1, highestSeen));
        highestSeen = Math.Max(highestSeen, sentThrough);
        nextBatchAt = now + TimeSpan.FromMilliseconds(Math.Min(limits.PacingMs, PacingMax.TotalMilliseconds));
        effects.Add(new SyncEffect.Send(new DeviceMessage { Batch = wire }));
    }

    void Acknowledge(Ack ack)
    {
        if (!TryReadChain(ack.AppliedChain, out var cloudChain) || ack.AppliedThrough > long.MaxValue)
        {
            EndInvalid("Ack");
            return;
        }

        var applied = (long)ack.AppliedThrough;
        if (IncarnationOf(ack.Incarnation) is { } answering && answering != incarnation)
        {
            End("CLOUD_WENT_BACK", "The cloud's database is in another incarnation than at Welcome.", SyncRetry.Hello);
            return;
        }

        if (applied < AcknowledgedThrough)
        {
            End("CLOUD_WENT_BACK", $"The cloud had acknowledged {AcknowledgedThrough} entries and now says {applied}.", SyncRetry.Hello);
            return;
        }

        WithOwnChain(applied, own =>
        {
            if (own != cloudChain)
            {
                End("CHAIN_MISMATCH", $"The cloud acknowledged other entries than this ledger's, up to entry {applied}.", SyncRetry.Hello);
                return;
            }

            durableThrough = Math.Max(durableThrough, (long)Math.Min(ack.DurableThrough, ack.AppliedThrough));
            effects.Add(new SyncEffect.PersistAcknowledgement(applied, cloudChain, durableThrough, [.. Dispositions(ack, applied)]));
            if (applied > AcknowledgedThrough)
            {
                hadProgress = true;
                rewindsWithoutProgress = 0;
                progressAt = now;
                Sizing = Sizing.Grown();
            }

            upstreamAt = now;
            AcknowledgedThrough = applied;
            acknowledgedChain = cloudChain;
            while (inFlight.TryPeek(out var oldest) && oldest.Last <= applied) inFlight.Dequeue();
            if (applied > sentThrough)
            {
                // Another session of this device got further than this one has sent.
                sentThrough = applied;
                sentChain = cloudChain;
                mayHaveMore |= outboxReadOutstanding;
                discardRead = outboxReadOutstanding;
            }
        });
    }

    // ---- Down

    void TakePage(Page page)
    {
        if (page.Feed is not (FeedKind.Store or FeedKind.Catalogue))
        {
            // A feed of a later release: its credit comes back, its rows are not for us.
            effects.Add(new SyncEffect.Send(new DeviceMessage { PageApplied = new PageApplied { Feed = page.Feed, Version = page.ToVersion } }));
            return;
        }

        if (page.Hash.Length != Hash256.Length || page.ToVersion < page.FromVersion || page.ToVersion > long.MaxValue)
        {
            EndInvalid("Page");
            return;
        }

        var cursor = page.Feed != FeedKind.Store ? catalogueCursor : reading.IsLaying ? reading.Cursor : storeCursor;
        if ((long)page.FromVersion != cursor)
        {
            End("PAGE_OUT_OF_ORDER", $"The cloud sent the {page.Feed} feed from version {page.FromVersion}, the device has {cursor}.", SyncRetry.Hello);
            return;
        }

        if (page.Marker is null)
        {
            Apply(page);
            return;
        }

        if (!TryReadChain(page.Marker.AppliedChain, out var cloudChain) || page.Marker.AppliedThrough > long.MaxValue)
        {
            EndInvalid("Page");
            return;
        }

        var applied = (long)page.Marker.AppliedThrough;
        markerIsBehind = applied < AcknowledgedThrough;
        if (markerIsBehind && inFlight.Count == 0 && now - upstreamAt > MarkerStaleness)
        {
            End("CLOUD_WENT_BACK", $"The cloud had acknowledged {AcknowledgedThrough} entries and its feed now says {applied}.", SyncRetry.Hello);
            return;
        }

        WithOwnChain(applied, own =>
        {
            if (own == cloudChain) Apply(page);
            else End("CHAIN_MISMATCH", $"The cloud's feed covers other entries than this ledger's, up to entry {applied}.", SyncRetry.Hello);
        });
    }

    void Apply(Page page)
    {
        if (page.Feed == FeedKind.Store && reading.IsLaying)
        {
            reading.Lay(page);
            return;
        }

        if (page.Feed == FeedKind.Store) storeCursor = (long)page.ToVersion;
        else catalogueCursor = (long)page.ToVersion;
        effects.Add(new SyncEffect.ApplyPage(page));
    }

    void ConfirmPage(SyncInput.PageStored stored)
    {
        if (phase != Phase.Established) return;
        // A page that only carries a marker moves nothing: it must not make a quarrel of two clones look like success.
        hadProgress |= stored.Version > (stored.Feed == FeedKind.Store ? state.StoreCursor.Version : state.CatalogueCursor.Version);
        pendingCount = Math.Max(0, pendingCount - stored.Covered);
        if (stored.Covered > 0) FiguresChanged();
        Credit(stored.Feed, stored.Version);
        reading.PageStored(stored, now);
    }

    void Show(SyncInput.SnapshotSwitched switched)
    {
        if (phase != Phase.Established) return;
        hadProgress = true;
        // Pages that came since are laid over what is shown now.
        storeCursor = reading.Cursor;
        pendingCount = Math.Max(0, pendingCount - switched.Covered);
        reading.Take(switched, now);
        Credit(FeedKind.Store, switched.Version);
        FiguresChanged();
    }

    void Credit(FeedKind feed, long version)
    {
        if (phase == Phase.Established) effects.Add(new SyncEffect.Send(new DeviceMessage { PageApplied = new PageApplied { Feed = feed, Version = (ulong)version } }));
    }

    // ---- Refusals and directives

    void Obey(Refusal refusal)
    {
        var code = refusal.Code.Length == 0 ? "REFUSED" : refusal.Code;
        var message = refusal.Message.Length == 0 ? $"The cloud refused with {code}." : refusal.Message;
        var after = TimeSpan.FromMilliseconds(refusal.RetryAfterMs);
        // The snapshot that led there is of a history that the cloud has lost.
        if (code == "FEED_CURSOR_UNKNOWN") effects.Add(new SyncEffect.ForgetSnapshot());
        if (code == "BATCH_TOO_LARGE" && phase == Phase.Established)
        {
            Split(code, message);
            return;
        }

        switch (refusal.RetryClass)
        {
            case RetryClass.Rewind when phase == Phase.Established: Rewind(code, refusal); break;
            case RetryClass.Hello: End(code, message, SyncRetry.Hello, after); break;
            case RetryClass.Fork: End(code, message, SyncRetry.Hello, after, new(code, message)); break;
            case RetryClass.Hold or RetryClass.Upgrade: End(code, message, SyncRetry.Slow, after); break;
            default: End(code, message, SyncRetry.BackOff, after); break; // the same again, or a class of a later release
        }
    }

    void Split(string code, string message)
    {
        var (entries, bytes) = inFlight.Count == 0 ? (0, 0) : (inFlight.Max(batch => batch.Entries), inFlight.Max(batch => batch.Bytes));
        if (BatchSizing.HalfOf(entries, bytes) is { } half) Sizing = half;
        else if (++rewindsWithoutProgress > SingleEntryTriesMax)
        {
            End(code, $"{message} Entry {AcknowledgedThrough + 1} cannot be made smaller.", SyncRetry.Slow);
            return;
        }

        Continue();
    }

    void Rewind(string code, Refusal refusal)
    {
        if (!TryReadChain(refusal.AppliedChain, out var cloudChain) || refusal.AppliedThrough > long.MaxValue || ++rewindsWithoutProgress > RewindsWithoutProgressMax)
        {
            End(code, $"The cloud asked to begin again after entry {refusal.AppliedThrough}, and that leads nowhere.", SyncRetry.BackOff);
            return;
        }

        var applied = (long)refusal.AppliedThrough;
        if (applied < AcknowledgedThrough)
        {
            // Only a Welcome leads downward: with it come the incarnation and a token of the history that is now.
            End(code, $"The cloud had acknowledged {AcknowledgedThrough} entries and now has {applied}.", SyncRetry.Hello);
            return;
        }

        WithOwnChain(applied, own =>
        {
            if (own != cloudChain)
            {
                EndForked("LEDGER_FORKED", $"The cloud holds other entries than this ledger, up to entry {applied}.");
                return;
            }

            if (applied > AcknowledgedThrough) effects.Add(new SyncEffect.PersistAcknowledgement(applied, cloudChain, durableThrough, []));
            AcknowledgedThrough = applied;
            acknowledgedChain = cloudChain;
            Continue();
        });
    }

    void Direct(Directive directive)
    {
        if (directive.DirectiveCase != Directive.DirectiveOneofCase.Reconnect) return;
        drainThenAfter = TimeSpan.FromMilliseconds(directive.Reconnect.AfterMs);
        drainUntil = now + DrainDeadline;
    }

    // ---- The ledger's own chain

    /// <summary>Goes on with the own chain hash at a sequence: at once where it is known, else when the ledger has answered.</summary>
    void WithOwnChain(long sequence, Action<ChainHash?> then)
    {
        if (KnownChain(sequence) is { } known) then(known);
        else
        {
            chainWanted = (sequence, then);
            effects.Add(new SyncEffect.ReadChain(sequence));
        }
    }

    ChainHash? KnownChain(long sequence)
    {
        if (sequence == 0) return ChainHash.Start(state.Stream);
        if (sequence == AcknowledgedThrough) return acknowledgedChain;
        if (sequence == state.LastSequence) return state.LastChain;
        foreach (var batch in inFlight)
        {
            if (batch.Last == sequence) return batch.ChainAfter;
        }

        return null;
    }

    void CompareChain(SyncInput.ChainRead read)
    {
        if (chainWanted is not { } wanted || wanted.Sequence != read.Sequence) return;
        chainWanted = null;
        wanted.Then(read.Chain);
    }

    // ---- Figures, keep-alive, deadlines

    void FiguresChanged()
    {
        if (phase != Phase.Established || figuresDueAt is not null) return;
        figuresDueAt = figuresReported is null ? now : now + FiguresInterval;
    }

    void Report(SyncFigures figures)
    {
        if (phase != Phase.Established) return;
        pendingCount = figures.PendingCount;
        if (figuresReported is { } reported && reported.SaysTheSameAs(figures)) return;
        figuresReported = figures;
        effects.Add(new SyncEffect.Send(new DeviceMessage
        {
            Status = new DeviceStatus
            {
                Conditions = { figures.Conditions.Select(condition => new DeviceCondition { Code = condition.Code, Message = condition.Message }) },
                ResyncRows = (ulong)(figures.Resync?.Rows ?? 0),
                ResyncRowsTotal = (ulong)(figures.Resync?.RowsTotal ?? 0),
                LastSequence = (ulong)figures.LastSequence,
                Outbox = OutboxOf(figures.OutboxCount, figures.OutboxOldest),
                PendingCount = (ulong)figures.PendingCount,
                DiskFreeBytes = (ulong)Math.Max(0, figures.DiskFreeBytes),
                CacheDriftCount = (ulong)figures.CacheDriftCount,
                WallTimeMs = figures.WallTime.ToUnixTimeMilliseconds(),
                DurableThrough = (ulong)figures.DurableThrough,
                OldestRetained = (ulong)figures.OldestRetained,
                RewindsThrough = (ulong)figures.RewindsThrough,
            },
        }));
    }

    void AdjustKeepAlive()
    {
        var nowBusy = IsBacklogged || pendingCount > 0;
        if (nowBusy == busy) return;
        busy = nowBusy;
        effects.Add(new SyncEffect.KeepAlive(busy));
    }

    void CheckDeadlines()
    {
        if (phase is Phase.AwaitingWelcome or Phase.ComparingChains)
        {
            if (now >= connectedAt + HelloDeadline) End("CLOUD_TIMEOUT", "The cloud did not answer Hello in time.", SyncRetry.BackOff);
            return;
        }

        if (phase != Phase.Established) return;
        if (drainUntil is { } until && (inFlight.Count == 0 || now >= until))
        {
            End("RECONNECT", "The replica is going away.", SyncRetry.Reconnect, drainThenAfter);
            return;
        }

        if (AcknowledgementDueAt() is { } due && now >= due)
        {
            HalveOldest();
            End("CLOUD_TIMEOUT", $"The cloud did not acknowledge entry {inFlight.Peek().Last} in time.", SyncRetry.BackOff);
            return;
        }

        if (MarkerDueAt() is { } markerDue && now >= markerDue)
        {
            // To an idle device of a quiet store nothing else may ever tell.
            End("CLOUD_WENT_BACK", $"The cloud had acknowledged {AcknowledgedThrough} entries, and the last word of its feed is fewer.", SyncRetry.Hello);
            return;
        }

        if (IsBacklogged && now >= progressAt + Watchdog)
        {
            End(NoProgress, $"Nothing moved for {Watchdog.TotalMinutes:0} minutes.", SyncRetry.BackOff);
            return;
        }

        if (!reading.Tick(now, catalogueCursor >= catalogueHead))
        {
            End("CLOUD_TIMEOUT", "The cloud did not answer for the rows of its stock in time.", SyncRetry.BackOff);
            return;
        }

        if (figuresDueAt is { } figuresDue && now >= figuresDue)
        {
            figuresDueAt = null;
            effects.Add(new SyncEffect.ReadFigures());
        }
    }

    TimeSpan? AcknowledgementDueAt() => inFlight.Count == 0
        ? null
        : upstreamAt + AcknowledgementDeadline + TimeSpan.FromSeconds((double)inFlight.Sum(batch => (long)batch.Bytes) / SlowestLinkBytesPerSecond);

    /// <summary>Small packets may come through where large ones do not.</summary>
    void HalveOldest()
    {
        var oldest = inFlight.Peek();
        Sizing = BatchSizing.HalfOf(oldest.Entries, oldest.Bytes) ?? Sizing;
    }

    TimeSpan? MarkerDueAt() => markerIsBehind && inFlight.Count == 0 ? upstreamAt + MarkerStaleness : null;

    TimeSpan? NextDeadline() => phase switch
    {
        Phase.AwaitingWelcome or Phase.ComparingChains => connectedAt + HelloDeadline,
        Phase.Established => Earliest(
            Earliest(Earliest(AcknowledgementDueAt(), reading.WakeAt), Earliest(figuresDueAt, MarkerDueAt())),
            Earliest(
                Earliest(IsBacklogged ? progressAt + Watchdog : null, drainUntil),
                mayHaveMore && nextBatchAt > now ? nextBatchAt : null)),
        _ => null,
    };

    static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;

    // ---- The end

    void EndBecause(SyncInput.CallEnded ended)
    {
        var after = ended.RetryAfter ?? TimeSpan.Zero;
        // TCP gives up before the deadline of the acknowledgement does, the more so the more there is in flight.
        if (ended.Status == CallStatus.Unavailable && inFlight.Count > 0 && now >= upstreamAt + DeadLineAfter) HalveOldest();
        switch (ended.Status)
        {
            case CallStatus.Ok when phase == Phase.Established:
                End(ended.Code ?? "RECONNECT", "The cloud completed the call.", WasHealthy ? SyncRetry.Reconnect : SyncRetry.Hello, after);
                break;
            case CallStatus.Ok:
                End(ended.Code ?? "CLOUD_NOT_UNDERSTOOD", "The cloud completed the call without a Welcome.", SyncRetry.BackOff, after);
                break;
            case CallStatus.Unauthenticated when ended.Code is { } code:
                End(code, $"The cloud does not accept this device's token: {ended.Detail}", SyncRetry.Slow, after);
                break;
            case CallStatus.PermissionDenied when ended.Code is { } code:
                End(code, $"The cloud does not let this device in: {ended.Detail}", SyncRetry.Slow, after);
                break;
            case CallStatus.OtherAnswered:
                End("NETWORK_INTERCEPTED", $"Something between this device and the cloud answers: {ended.Detail}.", SyncRetry.BackOff, after);
                break;
            // A refusal without a code is a proxy's or a portal's, not the cloud's.
            case CallStatus.Unauthenticated or CallStatus.PermissionDenied or CallStatus.Unimplemented:
                End(ended.Code ?? "CLOUD_NOT_UNDERSTOOD", $"Something answers at the cloud's address that is not EdgeRetail: {ended.Detail}", SyncRetry.BackOff, after);
                break;
            case CallStatus.DeadlineExceeded:
                End(ended.Code ?? "CLOUD_TIMEOUT", $"The cloud did not answer in time: {ended.Detail}", SyncRetry.BackOff, after);
                break;
            case CallStatus.ResourceExhausted:
                End(ended.Code ?? "CLOUD_BUSY", $"The cloud sheds load: {ended.Detail}", SyncRetry.BackOff, after);
                break;
            case CallStatus.Unavailable:
                End(ended.Code ?? "CLOUD_UNREACHABLE", $"The cloud cannot be reached: {ended.Detail}", SyncRetry.BackOff, after);
                break;
            default:
                End(ended.Code ?? "CALL_FAILED", $"The call to the cloud failed: {ended.Detail}", SyncRetry.BackOff, after);
                break;
        }
    }

    /// <summary>Ledger and stream have parted: the next Hello says so, and the cloud opens a new stream.</summary>
    void EndForked(string code, string message) => End(code, message, SyncRetry.Hello, fork: new(code, message));

    void EndInvalid(string message) => End("CLOUD_MESSAGE_INVALID", $"The cloud sent a {message} that makes no sense.", SyncRetry.BackOff);

    void End(string code, string message, SyncRetry retry, TimeSpan retryAfter = default, ForkReason? fork = null)
    {
        if (phase == Phase.Ended) return;
        var end = new SyncEnd(code, message, retry, retryAfter) { WasHealthy = WasHealthy, WasConnected = phase == Phase.Established, Fork = fork };
        phase = Phase.Ended;
        effects.Add(new SyncEffect.EndCall(end));
    }

    bool WasHealthy => hadProgress || (phase == Phase.Established && now - establishedAt >= HealthyAfter);

    // ---- Wire

    static bool TryReadChain(ByteString bytes, out ChainHash chain)
    {
        chain = bytes.Length == Hash256.Length ? ChainHash.Read(bytes.Span) : default;
        return bytes.Length == Hash256.Length;
    }

    static IncarnationId? IncarnationOf(ByteString bytes) => bytes.Length == 16 ? IncarnationId.Read(bytes.Span) : null;

    static ByteString Bytes(ChainHash chain) => UnsafeByteOperations.UnsafeWrap(chain.ToByteArray());

    static IEnumerable<Outbox.EntryDisposition> Dispositions(Ack ack, long applied) =>
        from wire in ack.Dispositions
        where wire.FirstSequence >= 1 && wire.Count >= 1 && wire.FirstSequence <= (ulong)applied && wire.Count <= (ulong)applied - wire.FirstSequence + 1
        select new Outbox.EntryDisposition((long)wire.FirstSequence, (long)wire.Count, (Outbox.DispositionKind)wire.Kind, wire.Code, wire.Reference);

    static WireCursor Cursor(Cache.FeedCursor cursor) => new() { Version = (ulong)cursor.Version, Hash = UnsafeByteOperations.UnsafeWrap(cursor.Hash.ToByteArray()) };

    static WireOutbox OutboxOf(long count, DateTimeOffset? oldest) => new() { Count = (ulong)count, OldestWallTimeMs = oldest?.ToUnixTimeMilliseconds() ?? 0 };
}
