using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>
/// Compares what a close counts with what the journal has of the same device and store since the close before. Entries go in
/// one by one in order of receipt, which is the ledger's order; gaps come out. Knows no database and no clock.
/// </summary>
public sealed class DayCloseComparison(BusinessDayClosed close, DateOnly? previousDate, BusinessCalendar calendar)
{
    public const string CloseUnreadableCode = "CLOSE_UNREADABLE";
    public const string PreviousMissingCode = "CLOSE_BEFORE_MISSING";
    public const string CountCode = "ENTRY_COUNT_DIFFERS";
    public const string DigestCode = "ENTRY_DIGEST_DIFFERS";
    public const string UnreadableCode = "ENTRIES_UNREADABLE";
    public const string ReceiptsMissingCode = "RECEIPTS_MISSING";
    public const string ReceiptsRepeatedCode = "RECEIPTS_REPEATED";
    public const string ReceiptsDifferCode = "RECEIPTS_DIFFER";
    public const string TotalsCode = "TOTALS_DIFFER";

    /// <summary>Of one kind at most so many are listed, and then that there are more.</summary>
    public const int ListedMax = 50;

    readonly DayTally tally = new();
    readonly Dictionary<(string DeviceCode, string Series), SortedDictionary<int, int>> receipts = [];

    public long Unreadable { get; private set; }

    public long Quarantined { get; private set; }

    /// <summary>Entries whose business date is another by the cloud's reckoning of when they happened.</summary>
    public long DatesDiffer { get; private set; }

    /// <summary>Takes the next entry; closes are left out by whoever reads them.</summary>
    public void Add(ReceivedEntry received)
    {
        if (received.IsQuarantined) Quarantined++;
        if (EntryCodec.Decode(received.Bytes) is not EntryDecoding.Decoded { Entry: var entry })
        {
            tally.AddUnreadable(received.Id);
            Unreadable++;
            return;
        }

        try
        {
            tally.Add(received.Id, entry);
        }
        catch (OverflowException)
        {
            // Its id is counted; what it says of money leaves 64 bits, which only an entry in quarantine can do.
            Unreadable++;
        }

        if (entry.Header.BusinessDate != calendar.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(received.EffectiveMs))) DatesDiffer++;
        if (entry is SaleRecorded sale) AddReceipt(sale.Receipt);
        if (entry is RefundRecorded refund) AddReceipt(refund.Receipt);
    }

    /// <summary>What is missing or differs, the same for the same entries; none: nothing does.</summary>
    /// <param name="lastNumbers">The last number of a series in closes before; null where a series may have begun elsewhere, none where it begins here.</param>
    public IReadOnlyList<DayCloseGap> Gaps(bool previousIsThere, Func<string, string, int?> lastNumbers)
    {
        var gaps = new List<DayCloseGap>();
        if (!previousIsThere) gaps.Add(Gap(PreviousMissingCode, $"The close before, {close.Previous}, is not in the journal of this store: what it counted cannot be told from what this one counts."));
        var own = tally.Figures(previousDate);
        var said = close.Figures;
        if (own.EntryCount != said.EntryCount) gaps.Add(Gap(CountCode, $"The till counted {said.EntryCount} entries, the journal has {own.EntryCount}."));
        else if (own.Digest != said.Digest) gaps.Add(Gap(DigestCode, $"The {said.EntryCount} entries of the journal are not the ones that the till counted, or came in another order."));
        if (Unreadable > 0) gaps.Add(Gap(UnreadableCode, $"{Unreadable} entries were received and cannot be read: what they say of money is in no sum."));
        gaps.AddRange(Listed(ReceiptGaps(lastNumbers)));
        gaps.AddRange(Listed(RangesThatDiffer(own, said)));
        foreach (var date in DayWire.DatesThatDiffer(own, said).Take(ListedMax)) gaps.Add(Gap(TotalsCode, $"The entries or the money of {date:yyyy-MM-dd} are not the same on the till and in the journal."));
        return gaps;
    }

    void AddReceipt(ReceiptNumber receipt)
    {
        var series = (receipt.DeviceCode, receipt.Series);
        if (!receipts.TryGetValue(series, out var numbers)) receipts[series] = numbers = [];
        numbers[receipt.Number] = numbers.GetValueOrDefault(receipt.Number) + 1;
    }

    IEnumerable<DayCloseGap> ReceiptGaps(Func<string, string, int?> lastNumbers)
    {
        foreach (var ((deviceCode, series), numbers) in receipts.OrderBy(each => each.Key.DeviceCode, StringComparer.Ordinal).ThenBy(each => each.Key.Series, StringComparer.Ordinal))
        {
            var expected = lastNumbers(deviceCode, series) + 1;
            foreach (var (number, times) in numbers)
            {
                if (expected is { } next && number > next) yield return Receipts(ReceiptsMissingCode, deviceCode, series, next, number - 1, "no receipt has these numbers");
                if (times > 1 || number < expected) yield return Receipts(ReceiptsRepeatedCode, deviceCode, series, number, number, "more than one receipt has this number");
                expected = Math.Max(expected ?? 0, number + 1);
            }
        }
    }

    static IEnumerable<DayCloseGap> RangesThatDiffer(DayFigures own, DayFigures said)
    {
        foreach (var range in said.Receipts.Except(own.Receipts)) yield return Receipts(ReceiptsDifferCode, range.DeviceCode, range.Series, range.First, range.Last, $"the till counted {range.Count} receipts, the journal has others");
        var series = said.Receipts.Select(range => (range.DeviceCode, range.Series)).ToHashSet();
        foreach (var range in own.Receipts.Where(range => !series.Contains((range.DeviceCode, range.Series))))
            yield return Receipts(ReceiptsDifferCode, range.DeviceCode, range.Series, range.First, range.Last, $"the journal has {range.Count} receipts that the till did not count");
    }

    static IEnumerable<DayCloseGap> Listed(IEnumerable<DayCloseGap> all)
    {
        var listed = 0;
        foreach (var gap in all)
        {
            if (listed++ == ListedMax)
            {
                yield return Gap(gap.Code, "There are more of the kind.");
                yield break;
            }

            yield return gap;
        }
    }

    static DayCloseGap Gap(string code, string message) => new(code, message);

    static DayCloseGap Receipts(string code, string deviceCode, string series, int first, int last, string what) =>
        new(code, $"{new ReceiptRangeText(deviceCode, series, first, last)}: {what}.", deviceCode, series, first, last);

    readonly record struct ReceiptRangeText(string DeviceCode, string Series, int First, int Last)
    {
        public override string ToString() => First == Last ? $"{DeviceCode}-{Series}-{First:D6}" : $"{DeviceCode}-{Series}-{First:D6} to {Last:D6}";
    }
}
