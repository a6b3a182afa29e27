namespace EdgeRetail.Kiosk.Api;

/// <summary>Answer of GET /api/v1/products, best match first.</summary>
public sealed record ProductsResponse(IReadOnlyList<ProductView> Items);
