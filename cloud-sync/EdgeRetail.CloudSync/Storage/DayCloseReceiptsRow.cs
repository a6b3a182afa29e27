namespace EdgeRetail.CloudSync.Storage;

/// <summary>How far a close counted a series of receipts: where the next close goes on. Owned by the store.</summary>
public sealed class DayCloseReceiptsRow
{
    public required int StoreId { get; init; }

    public required string DeviceCode { get; init; }

    public required string Series { get; init; }

    /// <summary>The close's version of the store.</summary>
    public required long Version { get; init; }

    public required int LastNumber { get; init; }
}
