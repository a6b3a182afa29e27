namespace EdgeRetail.Kiosk.Api;

/// <summary>A quantity of one product that came in or was there.</summary>
public sealed record StockLineRequest(string Product, long QuantityThousandths, string? Unit = null);
