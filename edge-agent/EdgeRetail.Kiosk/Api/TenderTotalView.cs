namespace EdgeRetail.Kiosk.Api;

/// <summary>What sales took by one way to pay, and what refunds and voids gave back by it.</summary>
public sealed record TenderTotalView(string Kind, long TakenMinor, long GivenMinor);
