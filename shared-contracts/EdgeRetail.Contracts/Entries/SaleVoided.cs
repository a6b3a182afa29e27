using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// A whole sale was taken back on the device that sold it. It names the sale by entry and receipt number, has no receipt number
/// of its own, and repeats the sold lines in their order: what it does to stock is a function of its own bytes, whether the
/// sale is known or not.
/// </summary>
public sealed record SaleVoided(
    EntryHeader Header,
    EntryId Sale,
    ReceiptNumber SaleReceipt,
    IReadOnlyList<VoidedLine> Lines,
    Money Total,
    IReadOnlyList<Tender> Tenders,
    string Reason,
    string Approver) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.SaleVoided;
}
