namespace EdgeRetail.Contracts.Entries;

/// <summary>Cash went into or out of the drawer without a sale; the amount is positive, the kind gives its direction.</summary>
public sealed record CashMoved(EntryHeader Header, CashMovementKind Movement, Money Amount, string Note) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.CashMoved;
}
