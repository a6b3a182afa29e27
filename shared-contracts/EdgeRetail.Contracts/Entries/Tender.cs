namespace EdgeRetail.Contracts.Entries;

/// <summary>How a part of a total was paid, or paid back.</summary>
public sealed record Tender(TenderKind Kind, Money Amount);
