using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>What an entry says about a field of a product; a null value takes the store's own away.</summary>
public sealed record ProductEdit(ProductCode Product, ProductField Field, string? Value, IReadOnlyList<EntryId> BasedOn)
{
    /// <summary>The edit that an entry is; null for entries that edit nothing.</summary>
    public static ProductEdit? Of(Entry entry) => entry switch
    {
        ProductEdited edited => new(edited.Product, edited.Field, edited.Value, edited.BasedOn),
        ConflictResolved resolved => new(resolved.Product, resolved.Field, resolved.Value, resolved.BasedOn),
        _ => null,
    };
}
