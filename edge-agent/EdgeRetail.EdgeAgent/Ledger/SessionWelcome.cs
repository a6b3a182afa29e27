using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// What a Welcome with the verdict Resume leaves behind: token, how far the cloud has the stream, its history, its time and
/// the settings (null: unchanged).
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
    StoreSettings? Settings);
