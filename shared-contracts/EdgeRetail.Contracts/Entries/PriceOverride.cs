namespace EdgeRetail.Contracts.Entries;

/// <summary>A line was sold at another unit price than the catalogue's. <paramref name="Approver"/> is empty where nobody had to agree.</summary>
public sealed record PriceOverride(Money OldUnitPrice, string Reason, string Approver);
