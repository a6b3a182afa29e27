namespace EdgeRetail.CloudSync.Storage;

/// <summary>A shop and its settings. Owned by the store.</summary>
public sealed class StoreRow
{
    public required int StoreId { get; init; }

    public required string Name { get; set; }

    public required string Currency { get; set; }

    public required string TimeZone { get; set; }

    public required int DayCutOffMinutes { get; set; }

    public required long SettingsVersion { get; set; }

    public required long CreatedAtMs { get; init; }
}
