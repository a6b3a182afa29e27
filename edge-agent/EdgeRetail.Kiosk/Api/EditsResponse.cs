namespace EdgeRetail.Kiosk.Api;

/// <summary>Answer of GET /api/v1/edits, the latest first.</summary>
public sealed record EditsResponse(IReadOnlyList<OwnEditView> Items);
