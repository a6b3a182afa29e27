namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// A product of the catalogue with its price and the stock view of the device's store. <see cref="OnHandThousandths"/> is
/// the cache plus <see cref="PendingThousandths"/>, the device's own entries that the cache does not contain yet; null where
/// neither says anything.
/// </summary>
public sealed record ProductView(
    string Product,
    string Display,
    string Name,
    string Brand,
    string Size,
    long PriceMinor,
    string Currency,
    string Unit,
    long? OnHandThousandths,
    long PendingThousandths)
{
    public ProductTaxView? Tax { get; init; }

    /// <summary>What is in one, where it is a pack; the stock is that product's.</summary>
    public ContentView? Content { get; init; }
}
