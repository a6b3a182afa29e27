using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
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

    /// <summary>The answer to <see cref="SyncEffect.ReadOutbox"/>; null where nothing is there.</summary>
    public sealed record OutboxRead(OutboxBatch? Batch) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.ReadChain"/>; null where the ledger does not reach that far.</summary>
    public sealed record ChainRead(long Sequence, ChainHash? Chain) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.PersistWelcome"/>: on disk. <paramref name="Restamped"/>: the ledger's state under its new stream, where one was opened.</summary>
    public sealed record WelcomeStored(HelloState? Restamped = null) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.PersistAcknowledgement"/>.</summary>
    public sealed record AcknowledgementStored(long AppliedThrough) : SyncInput;

    /// <summary>The answer to <see cref="SyncEffect.ApplyPage"/>: page, coverage and cursor are committed.</summary>
    public sealed record PageStored(FeedKind Feed, long Version, int Covered) : SyncInput;

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
