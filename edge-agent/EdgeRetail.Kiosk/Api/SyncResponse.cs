namespace EdgeRetail.Kiosk.Api;

/// <summary>Answer of POST /api/v1/sync: whether the sync was asked to go on at once.</summary>
public sealed record SyncResponse(bool Asked);
