namespace EdgeRetail.Kiosk.Api;

/// <summary>Answer of GET /api/v1/outbox: the oldest unsent entries, and how many there are in all.</summary>
public sealed record OutboxResponse(long Count, IReadOnlyList<OutboxItemView> Items);
