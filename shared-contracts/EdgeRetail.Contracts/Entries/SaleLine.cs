using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// One line of a receipt. <see cref="Amount"/> is authoritative, <see cref="UnitPrice"/> is what was shown.
/// <see cref="Description"/> is what staff typed, and present where the product was unknown to the device.
/// </summary>
public sealed record SaleLine(ProductCode Product, Quantity Quantity, Money Amount, Money UnitPrice, long PriceVersion = 0, string? Description = null, bool UnknownProduct = false);
