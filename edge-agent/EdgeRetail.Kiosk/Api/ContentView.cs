namespace EdgeRetail.Kiosk.Api;

/// <summary>What left the stock where a pack was sold.</summary>
public sealed record ContentView(string Product, string Display, long QuantityThousandths, string Unit);
