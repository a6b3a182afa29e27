using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// The store has a value of its own for a field of a product, in place of the catalogue's; null: it has none any more.
/// <paramref name="BasedOn"/> names the changes that whoever edited was shown, none where that was the catalogue's value.
/// </summary>
public sealed record ProductEdited(EntryHeader Header, ProductCode Product, ProductField Field, string? Value, IReadOnlyList<EntryId> BasedOn) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.ProductEdited;
}
