using EdgeRetail.CloudSync.Merge;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>A row of the effect table.</summary>
sealed record StoredEffect(long Version, short Ordinal, Guid EntryId, string? Product, long Delta, long? OnHand, long? PreviousVersion)
{
    public static StoredEffect Of(StockEffect effect) => new(effect.Version, effect.Ordinal, effect.Entry.Value, effect.Product?.Value, effect.Delta, effect.OnHand, effect.PreviousVersion);

    /// <summary>For people.</summary>
    public string Words() => Product is null ? "none" : $"{ProductCodes.Display(Product)} {PlainWords.Quantity(Delta / 1000m)} → {(OnHand is { } onHand ? PlainWords.Quantity(onHand / 1000m) : "?")}";
}
