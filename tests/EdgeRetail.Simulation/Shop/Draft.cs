namespace EdgeRetail.Simulation.Shop;

/// <summary>What staff are about to record: not yet an entry.</summary>
/// <param name="Voids">Of a void only; the lines are the sale's.</param>
/// <param name="Poison">The device records it and the cloud cannot merge it.</param>
sealed record Draft(DraftKind Kind, IReadOnlyList<DraftLine> Lines, bool Poison, SaleToVoid? Voids = null)
{
    public bool TakesReceipt => Kind == DraftKind.Sale;
}
