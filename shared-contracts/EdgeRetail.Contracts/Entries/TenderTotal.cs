namespace EdgeRetail.Contracts.Entries;

/// <summary>What sales took by one way to pay, and what refunds and voids gave back by it.</summary>
public sealed record TenderTotal(TenderKind Kind, long TakenMinor, long GivenMinor);
