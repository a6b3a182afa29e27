using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.DayCloses;

namespace EdgeRetail.Kiosk.Api;

/// <summary>The day and its closes, as the local API says them.</summary>
public static class DayViews
{
    public static DayResponse Of(DayStanding day) => new(
        day.Today, day.Currency.Code, day.Currency.MinorDigits, Of(day.Open), [.. day.Closes.Select(close => Of(close, close.Position <= day.AcknowledgedThroughPosition))]);

    /// <summary>Figures of a close or of the open day; a certificate's are shown in the same way.</summary>
    public static DayFiguresView Of(DayFigures figures) => new(
        figures.EntryCount,
        figures.Digest.ToString(),
        [.. figures.Receipts.Select(range => new ReceiptRangeView($"{range.DeviceCode}-{range.Series}", range.First, range.Last, range.Count))],
        [.. figures.Buckets.Select(Of)],
        [.. figures.ExpectedCash().Select(cash => new AmountView(cash.Currency.Code, cash.MinorUnits))]);

    static DayBucketView Of(DayBucket bucket) => new(bucket.Date, bucket.IsLate, bucket.EntryCount, [.. bucket.Totals.Select(Of)]);

    static DayTotalsView Of(DayTotals totals) => new(
        totals.Currency.Code, totals.Sales, totals.SalesMinor, totals.Refunds, totals.RefundsMinor, totals.Voids, totals.VoidsMinor,
        [.. totals.Tenders.Select(tender => new TenderTotalView(ApiWords.Of(tender.Kind), tender.TakenMinor, tender.GivenMinor))],
        totals.FloatMinor, totals.CashInMinor, totals.CashOutMinor, totals.DropMinor, totals.ExpectedCashMinor);

    static DayCloseView Of(StoredClose close, bool acknowledged)
    {
        var (state, words) = close.Answer?.Verdict switch
        {
            DayCloseVerdict.Certified => ("certified", "Certified: nothing is missing."),
            DayCloseVerdict.Gaps => ("gaps", "Not certified: something is missing or differs. Tell the office; selling goes on."),
            DayCloseVerdict.WaitsForKey => ("waitsForKey", "Nothing is missing; the cloud has no key to sign that with yet. An operator runs 'cloud-sync certificate-key init'."),
            _ when acknowledged => ("sent", "The cloud has it and will answer."),
            _ => ("unsent", "Waits to be sent."),
        };
        return new(close.Entry.Value, close.Date, state, words, [.. (close.Answer?.Gaps ?? []).Select(gap => new DayCloseGapView(gap.Code, gap.Message))], Of(close.Figures));
    }
}
