using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// A count of a product that a fold will be given, and what movements after it in effective time summed to when the fold
/// began. Wider than a figure: that the sum of some movements leaves 64 bits does not say that an on hand does.
/// </summary>
public readonly record struct ArrivingCount(ProductCode Product, EffectiveInstant Instant, Int128 MovedAfter);
