using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Shop;

/// <summary>The sale that a void takes back.</summary>
sealed record SaleToVoid(EntryId Entry, ReceiptNumber Receipt);
