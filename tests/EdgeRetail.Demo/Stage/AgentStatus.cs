using System.Text.Json;

namespace EdgeRetail.Demo.Stage;

/// <summary>What an agent's local API says of itself.</summary>
sealed record AgentStatus(
    Guid? Stream, string SyncState, string Words, long OutboxCount, long LastSequence, long AcknowledgedThrough, long PendingCount, long StoreVersion, long CatalogueVersion, long Products)
{
    public static AgentStatus Read(JsonElement root)
    {
        var (sync, outbox, catalogue) = (root.GetProperty("sync"), root.GetProperty("outbox"), root.GetProperty("catalogue"));
        return new(
            root.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.String && Guid.TryParse(stream.GetString(), out var id) ? id : null,
            sync.GetProperty("state").GetString() ?? "", sync.GetProperty("words").GetString() ?? "",
            outbox.GetProperty("count").GetInt64(), outbox.GetProperty("lastSequence").GetInt64(), outbox.GetProperty("acknowledgedThrough").GetInt64(),
            root.GetProperty("pendingCount").GetInt64(), root.GetProperty("storeFeedVersion").GetInt64(), catalogue.GetProperty("version").GetInt64(), catalogue.GetProperty("products").GetInt64());
    }
}
