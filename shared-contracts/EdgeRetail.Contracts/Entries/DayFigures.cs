using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// What some entries of a ledger come to: how many, the digest of their ids in ledger order, the receipts by series, the money
/// by business date. <see cref="DayTally"/> makes them, on both sides.
/// </summary>
public sealed record DayFigures(long EntryCount, DayDigest Digest, IReadOnlyList<ReceiptRange> Receipts, IReadOnlyList<DayBucket> Buckets)
{
    /// <summary>Cash that should be in the drawer after these entries, by currency: what came less what went, whatever the date.</summary>
    public IReadOnlyList<Money> ExpectedCash() =>
        [.. Buckets.SelectMany(bucket => bucket.Totals).GroupBy(totals => totals.Currency).OrderBy(group => group.Key.Code, StringComparer.Ordinal)
            .Select(group => new Money(group.Aggregate(0L, (sum, totals) => checked(sum + totals.ExpectedCashMinor)), group.Key))];
}
