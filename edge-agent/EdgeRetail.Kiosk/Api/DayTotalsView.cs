namespace EdgeRetail.Kiosk.Api;

/// <summary>The money of one date in one currency, in its minor units.</summary>
public sealed record DayTotalsView(
    string Currency, long Sales, long SalesMinor, long Refunds, long RefundsMinor, long Voids, long VoidsMinor, IReadOnlyList<TenderTotalView> Tenders,
    long FloatMinor, long CashInMinor, long CashOutMinor, long DropMinor, long ExpectedCashMinor);
