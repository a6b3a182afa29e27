namespace EdgeRetail.Simulation.Shop;

/// <summary>What is recorded.</summary>
enum DraftKind
{
    Sale,
    GoodsReceived,
    Adjustment,
    Waste,
    Count,
    Void,
}
