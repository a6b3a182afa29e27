using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// What a Welcome leaves behind: token, how far the cloud has the stream, its history, its time and the settings (null:
/// unchanged). With an <see cref="Opening"/> the stream is a new one, under which everything retained is re-stamped.
/// </summary>
public sealed record SessionWelcome(
    ReadOnlyMemory<byte> Token,
    StreamId Stream,
    long AppliedThrough,
    ChainHash AppliedChain,
    long DurableThrough,
    IncarnationId Incarnation,
    HybridTimestamp Hlc,
    DateTimeOffset ServerTime,
    StoreSettings? Settings)
{
    public StreamOpening? Opening { get; init; }

    /// <summary>What was agreed about the wall clock of this boot: by the cloud before, or measured at this Welcome. Kept where the ledger has none for the boot.</summary>
    public ClockOffset? ClockOffset { get; init; }
}
