using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>So much of a sold line came back with an entry, a refund or a void. Lines of the entry that name the same sold line sum.</summary>
public sealed record ReturnedLine(EntryId Sale, int LineNumber, EntryId Entry, long QuantityThousandths)
{
    /// <summary>What an entry brings back of sold lines, in order of sale and line; nothing of what was returned without a receipt.</summary>
    public static IReadOnlyList<ReturnedLine> Of(Entry entry, EntryId id) => entry switch
    {
        RefundRecorded refund =>
        [
            .. from line in refund.Lines
               where line.SaleLine is not null
               group line by line.SaleLine! into sold
               orderby sold.Key.Entry, sold.Key.LineNumber
               select new ReturnedLine(sold.Key.Entry, sold.Key.LineNumber, id, Sum(sold.Select(line => line.Quantity.Thousandths))),
        ],
        SaleVoided voided => [.. voided.Lines.Select((line, index) => new ReturnedLine(voided.Sale, index + 1, id, line.Quantity.Thousandths))],
        _ => [],
    };

    static long Sum(IEnumerable<long> quantities)
    {
        Int128 sum = 0;
        foreach (var quantity in quantities) sum += quantity;
        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }
}
