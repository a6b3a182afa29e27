using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>The store gets a value of its own for a field of a product; null: the catalogue's again.</summary>
public sealed record EditProduct(CommandId? Command, string Actor, ProductCode Product, ProductField Field, string? Value);
