namespace EdgeRetail.CloudSync.Storage;

/// <summary>So much of a sold line came back with an entry, whether the sale has arrived or not.</summary>
public sealed class ReturnedLineRow
{
    public required int StoreId { get; init; }

    public required Guid SaleEntryId { get; init; }

    public required int LineNumber { get; init; }

    /// <summary>The refund or void.</summary>
    public required Guid EntryId { get; init; }

    public required long Quantity { get; init; }
}
