namespace EdgeRetail.Kiosk.Api;

/// <summary>Answer of GET /api/v1/verify.</summary>
public sealed record VerifyResponse(IReadOnlyList<InvariantView> Invariants);
