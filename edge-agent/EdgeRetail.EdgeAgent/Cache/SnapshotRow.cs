using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>One product's stock as the cloud has it, and the version of the effect that made it so.</summary>
public sealed record SnapshotRow(ProductCode Product, long OnHandThousandths, long Version);
