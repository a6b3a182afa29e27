namespace EdgeRetail.CloudSync.Storage;

/// <summary>What one entry did to one product's on hand; without product: it touched no stock, or stands in quarantine.</summary>
public sealed class EffectRow
{
    public required int StoreId { get; init; }

    public required long Version { get; init; }

    public required short Ordinal { get; init; }

    public required Guid EntryId { get; init; }

    public string? Product { get; init; }

    public required long Delta { get; init; }

    public long? OnHand { get; init; }

    /// <summary>The version of the product's effect before this one; null where it is the first, and without product.</summary>
    public long? PreviousVersion { get; init; }
}
