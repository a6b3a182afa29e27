using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>Goods left the shop for money. Lines sum to the total; line identity is (entry, line number from 1).</summary>
public sealed record SaleRecorded(EntryHeader Header, ReceiptNumber Receipt, IReadOnlyList<SaleLine> Lines, Money Total, IReadOnlyList<Tender> Tenders) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.SaleRecorded;
}
