namespace EdgeRetail.Contracts.Entries;

/// <summary>A delivery came in; <see cref="Reference"/> is the delivery note, as far as there was one.</summary>
public sealed record GoodsReceived(EntryHeader Header, string Reference, IReadOnlyList<StockLine> Lines) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.GoodsReceived;
}
