using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>Goods left the stock and nobody paid for them; <see cref="Quantity"/> is above 0 and comes off on hand.</summary>
public sealed record StockWasted(EntryHeader Header, ProductCode Product, Quantity Quantity, WasteReason Reason, string Note) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.StockWasted;
}
