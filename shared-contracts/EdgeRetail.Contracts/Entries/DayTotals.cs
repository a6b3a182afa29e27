namespace EdgeRetail.Contracts.Entries;

/// <summary>The money of some entries in one currency, in its minor units.</summary>
public sealed record DayTotals(
    Currency Currency,
    long Sales,
    long SalesMinor,
    long Refunds,
    long RefundsMinor,
    long Voids,
    long VoidsMinor,
    IReadOnlyList<TenderTotal> Tenders,
    long FloatMinor,
    long CashInMinor,
    long CashOutMinor,
    long DropMinor)
{
    /// <summary>What these entries added to the drawer.</summary>
    public long ExpectedCashMinor =>
        checked(FloatMinor + CashInMinor - CashOutMinor - DropMinor + Tenders.Where(tender => tender.Kind == TenderKind.Cash).Sum(tender => tender.TakenMinor - tender.GivenMinor));
}
