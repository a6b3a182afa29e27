using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Checking;

/// <summary>An entry as it was recorded, and what it moves or says was there by the checker's own sums (nothing where the cloud cannot merge it).</summary>
sealed record RecordedTruth(Recorded Recorded, IReadOnlyDictionary<ProductCode, long> Movements, IReadOnlyDictionary<ProductCode, long> Counts, Draft Draft)
{
    public bool IsPoison => Draft.Poison;

    /// <summary>Of the bytes, by the checker.</summary>
    public Hash256 Hash { get; } = Hash256.Of(Recorded.Bytes.Span);
}
