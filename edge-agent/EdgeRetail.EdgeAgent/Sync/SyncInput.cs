using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>What happened: to the call, in the ledger, or as the answer to an effect.</summary>
public abstract record SyncInput
{
    SyncInput()
    {
    }

    /// <summary>A call is open; the state was read after the session began to hear of <see cref="EntriesAppended"/>.</summary>
    public sealed record Connected(HelloState State, DeviceFacts Device) : SyncInput;

    public sealed record CloudSaid(CloudMessage Message) : SyncInput;

    /// <summary>The ledger grew.</summary>
    public sealed record EntriesAppended : SyncInput;

    /// <summary>What a person should know of this device is no longer what it was.</summary>
    public sealed record HealthChanged : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.ReadOutbox"/>; null where nothing is there.</summary>
    public sealed record OutboxRead(OutboxBatch? Batch) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.ReadChain"/>; null where the ledger does not reach that far.</summary>
    public sealed record ChainRead(long Sequence, ChainHash? Chain) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.PersistWelcome"/>: on disk. <paramref name="Restamped"/>: the ledger's state under its new stream, where one was opened.</summary>
    public sealed record WelcomeStored(HelloState? Restamped = null) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.PersistAcknowledgement"/>.</summary>
    public sealed record AcknowledgementStored(long AppliedThrough) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.ApplyPage"/>: page, coverage and cursor are committed.</summary>
    public sealed record PageStored(FeedKind Feed, long Version, int Covered) : SyncInput
    {
        /// <summary>The cache's checksum at the page's end is not the cloud's.</summary>
        public bool ChecksumDiffers { get; init; }

        /// <summary>Of a catalogue page: the cloud sums products, and can be asked for ranges of them.</summary>
        public bool IsChecked { get; init; }

        /// <summary>There is something to drop now.</summary>
        public bool HasOld { get; init; }
    }

    /// <summary>The answer to <see cref="SyncEffect.OpenSnapshot"/> and <see cref="SyncEffect.StoreSnapshot"/>: how far the stock is read.</summary>
    public sealed record SnapshotStored(StockSnapshot Snapshot) : SyncInput;

    /// <summary>What was read of the stock came out wrong and was given up.</summary>
    public sealed record SnapshotLost(string Detail) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.LayPage"/>: the page is in what was read.</summary>
    public sealed record PageLaid(long Version) : SyncInput;

    /// <summary>The other answer to it: what was read is shown. <paramref name="Covered"/> entries fewer are pending.</summary>
    public sealed record SnapshotSwitched(long Version, int Covered) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.BeginCatalogue"/>.</summary>
    public sealed record CatalogueBegun : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.CheckCache"/>. <paramref name="Differs"/>: the rows are not what the pages have led to.</summary>
    public sealed record CacheChecked(bool Differs, bool HasOld) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.CheckCatalogue"/>, as for the stock.</summary>
    public sealed record CatalogueChecked(bool Differs) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.SumCache"/> and <see cref="SyncEffect.SumCatalogue"/>.</summary>
    public sealed record CacheSummed : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.ReadRange"/>.</summary>
    public sealed record RangeRead(CacheRange Range) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.ReadCatalogueRange"/>.</summary>
    public sealed record CatalogueRangeRead(CatalogueRange Range) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.RepairRange"/> and <see cref="SyncEffect.RepairCatalogueRange"/>: the range through <paramref name="LastKey"/> is the cloud's.</summary>
    public sealed record RangeRepaired(string LastKey, int Corrected) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.DropOld"/>.</summary>
    public sealed record OldDropped(bool More) : SyncInput;

    /// <summary>The other answer to what was to be stored: nothing of it was taken.</summary>
    public sealed record StoreRefused(string Code, string Message, SyncRetry Retry) : SyncInput
    {
        /// <summary>Set where ledger and stream have parted.</summary>
        public ForkReason? Fork { get; init; }
    }

    /// <summary>The answer to <see cref="SyncEffect.ReadFigures"/>.</summary>
    public sealed record FiguresRead(SyncFigures Figures) : SyncInput;

    /// <summary>Time passed: <see cref="SyncSession.WakeAt"/> was reached.</summary>
    public sealed record Tick : SyncInput;

    /// <summary>The call is over: completed by the cloud (<see cref="CallStatus.Ok"/>) or by a failure.</summary>
    public sealed record CallEnded(CallStatus Status, string? Code, TimeSpan? RetryAfter, string Detail) : SyncInput;

    public sealed record Stop : SyncInput;
}
