namespace EdgeRetail.Contracts.Entries;

/// <summary>First load of a shop's stock: quantities that were there when records began.</summary>
public sealed record StockOpened(EntryHeader Header, IReadOnlyList<StockLine> Lines) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.StockOpened;
}
