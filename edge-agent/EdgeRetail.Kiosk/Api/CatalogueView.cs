namespace EdgeRetail.Kiosk.Api;

/// <summary>The catalogue as the device has it.</summary>
public sealed record CatalogueView(long Version, long Products);
