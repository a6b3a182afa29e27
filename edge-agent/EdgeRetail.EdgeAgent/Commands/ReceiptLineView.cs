using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>One line of a receipt; <paramref name="Refunded"/> is what of it this device took back so far.</summary>
public sealed record ReceiptLineView(int Number, ProductCode Product, string Name, Quantity Quantity, Money UnitPrice, Money Amount, bool UnknownProduct, SoldLine? SaleLine, Quantity Refunded);
