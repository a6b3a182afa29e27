namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>Who gives a store a value of its own for a field of a product; without a value, the catalogue's counts again.</summary>
public sealed record EditOrder(string Actor, string Product, string Field, string? Value = null);
