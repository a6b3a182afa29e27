namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>The money of one date in one currency.</summary>
public sealed record DayCloseTotals(
    long SaleCount, MoneyValue Sales, long RefundCount, MoneyValue Refunds, long VoidCount, MoneyValue Voids, IReadOnlyList<DayCloseTender> Tenders,
    MoneyValue Float, MoneyValue CashIn, MoneyValue CashOut, MoneyValue Drop);
