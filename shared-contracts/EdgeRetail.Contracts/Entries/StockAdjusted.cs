using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>A person put a figure right, by a difference and with a reason.</summary>
public sealed record StockAdjusted(EntryHeader Header, ProductCode Product, Quantity Delta, AdjustmentReason Reason, string Note) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.StockAdjusted;
}
