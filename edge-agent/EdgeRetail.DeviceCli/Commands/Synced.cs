using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>What <c>sync</c> came to: how much was waiting before, and how things stand now.</summary>
sealed record Synced(long Sent, OutboxView Outbox, long StoreFeedVersion, CatalogueView Catalogue);
