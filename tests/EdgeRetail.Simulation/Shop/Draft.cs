namespace EdgeRetail.Simulation.Shop;

/// <summary>What staff are about to record: not yet an entry.</summary>
/// <param name="Poison">The device records it and the cloud cannot merge it.</param>
sealed record Draft(DraftKind Kind, IReadOnlyList<DraftLine> Lines, bool Poison)
{
    public bool TakesReceipt => Kind == DraftKind.Sale;
}
