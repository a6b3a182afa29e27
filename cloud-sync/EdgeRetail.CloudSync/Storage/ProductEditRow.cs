namespace EdgeRetail.CloudSync.Storage;

/// <summary>Which entries edit a field of a product in a store: what finds a register's edits in the journal, which has their content.</summary>
public sealed class ProductEditRow
{
    public required int StoreId { get; init; }

    public required string Product { get; init; }

    public required short Field { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>Of the store, when the entry was merged.</summary>
    public required long Version { get; init; }
}
