namespace EdgeRetail.Kiosk.Api;

/// <summary>The stock view of one product; name and price are empty where the catalogue does not know it.</summary>
public sealed record StockItemView(
    string Product,
    string Display,
    string Name,
    string Brand,
    string Size,
    string Unit,
    long OnHandThousandths,
    long PendingThousandths,
    long? PriceMinor);
