using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>Goods came back for money. Amounts are positive and are what the customer got.</summary>
public sealed record RefundRecorded(EntryHeader Header, ReceiptNumber Receipt, IReadOnlyList<RefundLine> Lines, Money Total, IReadOnlyList<Tender> Tenders, string Reason) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.RefundRecorded;
}
