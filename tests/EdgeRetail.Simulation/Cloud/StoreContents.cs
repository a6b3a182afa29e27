using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>One store's rows: journal, effects' sums and stock, figures of 0 left out.</summary>
sealed record StoreContents(
    StoreId Store, long Version, FeedHash Hash, IReadOnlyList<JournalContents> Journal, IReadOnlyDictionary<ProductCode, long> Stock, IReadOnlyDictionary<ProductCode, long> EffectSums);
