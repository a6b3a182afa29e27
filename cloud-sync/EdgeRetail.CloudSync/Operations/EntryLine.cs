namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// One line, numbered from 1. Product and quantity are what left the stock, also where a pack was sold. The name is the catalogue's of today, null where it has no such product; the description is
/// what staff typed. A refunded line names the sold one, unless it came without receipt.
/// </summary>
public sealed record EntryLine(int Number, string Product, string Code, string? Name, decimal Quantity, string Unit)
{
    public MoneyValue? Amount { get; init; }

    public MoneyValue? UnitPrice { get; init; }

    public string? Description { get; init; }

    public bool UnknownProduct { get; init; }

    public Guid? SoldEntryId { get; init; }

    public int? SoldLine { get; init; }

    public EntryLineTax? Tax { get; init; }

    public EntryLineDiscount? Discount { get; init; }

    public EntryLineOverride? Override { get; init; }

    public EntryLinePack? Pack { get; init; }
}
