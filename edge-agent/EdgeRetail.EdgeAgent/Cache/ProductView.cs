using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>A product as the device knows it, with its stock view.</summary>
public sealed record ProductView(ProductCode Code, string Name, string Brand, string Size, Money Price, Unit Unit, long Version, StockFigure Stock)
{
    public ProductTerms Terms { get; init; } = ProductTerms.None;

    /// <summary>What the product in a pack is counted by.</summary>
    public Unit ContentUnit { get; init; }
}
