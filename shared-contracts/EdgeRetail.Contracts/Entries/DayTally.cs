using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// Adds up entries in ledger order, one by one: the till to close its day, the cloud to compare. The same entries in the same
/// order give the same figures, also where counting was interrupted and went on from <see cref="From"/>. Knows no clock.
/// </summary>
public sealed class DayTally
{
    readonly SortedDictionary<(string DeviceCode, string Series), ReceiptRange> receipts = new(Comparer<(string DeviceCode, string Series)>.Create(
        (a, b) => string.CompareOrdinal(a.DeviceCode, b.DeviceCode) is not 0 and var order ? order : string.CompareOrdinal(a.Series, b.Series)));

    readonly SortedDictionary<DateOnly, Bucket> buckets = [];
    long entryCount;
    DayDigest digest = DayDigest.Start;

    /// <summary>Goes on where figures of this class ended.</summary>
    public static DayTally From(DayFigures figures)
    {
        var tally = new DayTally { entryCount = figures.EntryCount, digest = figures.Digest };
        foreach (var range in figures.Receipts) tally.receipts[(range.DeviceCode, range.Series)] = range;
        foreach (var bucket in figures.Buckets) tally.buckets[bucket.Date] = new(bucket);
        return tally;
    }

    /// <summary>Counts an entry; a close is left out.</summary>
    /// <exception cref="OverflowException">A sum leaves 64 bits, which no entries that keep the rules can do.</exception>
    public void Add(EntryId id, Entry entry)
    {
        if (entry is BusinessDayClosed) return;
        AddUnreadable(id);
        var date = entry.Header.BusinessDate;
        if (!buckets.TryGetValue(date, out var bucket)) buckets[date] = bucket = new();
        bucket.EntryCount++;
        switch (entry)
        {
            case SaleRecorded sale:
                AddReceipt(sale.Receipt);
                bucket.Of(sale.Total.Currency).Sold(sale);
                break;
            case RefundRecorded refund:
                AddReceipt(refund.Receipt);
                bucket.Of(refund.Total.Currency).Refunded(refund);
                break;
            case SaleVoided voided:
                bucket.Of(voided.Total.Currency).Voided(voided);
                break;
            case CashMoved cash:
                bucket.Of(cash.Amount.Currency).Moved(cash);
                break;
            default: break;
        }
    }

    /// <summary>Counts an entry whose bytes cannot be read: it has an id, and no date.</summary>
    public void AddUnreadable(EntryId id)
    {
        entryCount++;
        digest = digest.Append(id);
    }

    /// <summary>What was counted so far; dates through the last one that was closed before are late.</summary>
    public DayFigures Figures(DateOnly? lastClosed) => new(
        entryCount, digest, [.. receipts.Values],
        [.. buckets.Select(bucket => new DayBucket(bucket.Key, bucket.Key <= lastClosed, bucket.Value.EntryCount, bucket.Value.Totals()))]);

    void AddReceipt(ReceiptNumber receipt)
    {
        var series = (receipt.DeviceCode, receipt.Series);
        receipts[series] = receipts.TryGetValue(series, out var range)
            ? range with { First = Math.Min(range.First, receipt.Number), Last = Math.Max(range.Last, receipt.Number), Count = range.Count + 1 }
            : new(receipt.DeviceCode, receipt.Series, receipt.Number, receipt.Number, 1);
    }

    sealed class Bucket
    {
        readonly SortedDictionary<string, Sums> byCurrency = new(StringComparer.Ordinal);

        public Bucket()
        {
        }

        public Bucket(DayBucket bucket)
        {
            EntryCount = bucket.EntryCount;
            foreach (var totals in bucket.Totals) byCurrency[totals.Currency.Code] = new(totals);
        }

        public long EntryCount { get; set; }

        public Sums Of(Currency currency) => byCurrency.TryGetValue(currency.Code, out var sums) ? sums : byCurrency[currency.Code] = new(currency);

        public DayTotals[] Totals() => [.. byCurrency.Values.Select(sums => sums.Totals)];
    }

    sealed class Sums(DayTotals totals)
    {
        DayTotals totals = totals;

        public Sums(Currency currency) : this(new DayTotals(currency, 0, 0, 0, 0, 0, 0, [], 0, 0, 0, 0))
        {
        }

        public DayTotals Totals => totals;

        public void Sold(SaleRecorded sale)
        {
            totals = totals with { Sales = totals.Sales + 1, SalesMinor = checked(totals.SalesMinor + sale.Total.MinorUnits) };
            foreach (var tender in sale.Tenders) Paid(tender.Kind, tender.Amount.MinorUnits, 0);
        }

        public void Refunded(RefundRecorded refund)
        {
            totals = totals with { Refunds = totals.Refunds + 1, RefundsMinor = checked(totals.RefundsMinor + refund.Total.MinorUnits) };
            foreach (var tender in refund.Tenders) Paid(tender.Kind, 0, tender.Amount.MinorUnits);
        }

        public void Voided(SaleVoided voided)
        {
            totals = totals with { Voids = totals.Voids + 1, VoidsMinor = checked(totals.VoidsMinor + voided.Total.MinorUnits) };
            foreach (var tender in voided.Tenders) Paid(tender.Kind, 0, tender.Amount.MinorUnits);
        }

        public void Moved(CashMoved cash)
        {
            var minor = cash.Amount.MinorUnits;
            totals = cash.Movement switch
            {
                CashMovementKind.Float => totals with { FloatMinor = checked(totals.FloatMinor + minor) },
                CashMovementKind.In => totals with { CashInMinor = checked(totals.CashInMinor + minor) },
                CashMovementKind.Out => totals with { CashOutMinor = checked(totals.CashOutMinor + minor) },
                CashMovementKind.Drop => totals with { DropMinor = checked(totals.DropMinor + minor) },
                _ => totals,
            };
        }

        void Paid(TenderKind kind, long taken, long given)
        {
            var before = totals.Tenders.FirstOrDefault(tender => tender.Kind == kind) ?? new(kind, 0, 0);
            var after = before with { TakenMinor = checked(before.TakenMinor + taken), GivenMinor = checked(before.GivenMinor + given) };
            totals = totals with { Tenders = [.. totals.Tenders.Where(tender => tender.Kind != kind).Append(after).OrderBy(tender => tender.Kind)] };
        }
    }
}
