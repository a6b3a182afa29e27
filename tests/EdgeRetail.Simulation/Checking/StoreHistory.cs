using System.Collections.Immutable;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Checking;

/// <summary>What a store's feed amounts to at one feed hash.</summary>
sealed record StoreHistory(long Version, IReadOnlySet<EntryId> Entries, ImmutableSortedDictionary<ProductCode, long> Figures)
{
    public static readonly StoreHistory Start = new(0, new HashSet<EntryId>(), ImmutableSortedDictionary<ProductCode, long>.Empty);
}
