using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// What one entry did to one product's on hand. Without product: the entry touched no stock, or stands in quarantine.
/// </summary>
public sealed record EffectRow(long Version, EntryId Entry, ProductCode? Product, long DeltaThousandths, long OnHandThousandths, bool Quarantined);
