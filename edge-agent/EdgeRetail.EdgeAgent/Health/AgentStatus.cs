using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>The agent's figures at one moment, the same on every surface.</summary>
public sealed record AgentStatus(
    DeviceIdentity Identity,
    StreamId Stream,
    SyncStatus Sync,
    string SyncWords,
    OutboxFigures Outbox,
    long LastSequence,
    long AcknowledgedThrough,
    long DurableThrough,
    long PendingCount,
    long QuarantinedCount,
    DateTimeOffset? StockAsOf,
    long StoreFeedVersion,
    long CatalogueVersion,
    long CatalogueProducts,
    long CacheDriftCount,
    int NextReceiptNumber,
    long DiskFreeBytes,
    IReadOnlyList<HealthWarning> Warnings)
{
    /// <summary>States of the sync by name, as the cloud's operators see them: see <see cref="SyncConditions"/>.</summary>
    public IReadOnlyList<HealthWarning> Conditions { get; init; } = [];

    /// <summary>The cloud had acknowledged so much before it was set back; 0: it has forgotten nothing, or has it all again.</summary>
    public long RewindsThrough { get; init; }
}
