namespace EdgeRetail.CloudSync.Storage;

/// <summary>On hand of a product in a store, in thousandths: the fold of the store's merged journal at <see cref="Version"/>.</summary>
public sealed class StockRow
{
    public required int StoreId { get; init; }

    public required string Product { get; init; }

    public required long OnHand { get; set; }

    public required long Version { get; set; }

    /// <summary>Effective time of the product's latest count, packed; null with the two below where it was never counted.</summary>
    public long? CountedAt { get; set; }

    public int? CountedDeviceId { get; set; }

    public Guid? CountedEntryId { get; set; }
}
