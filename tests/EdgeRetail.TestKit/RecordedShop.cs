using System.Text.Json;

namespace EdgeRetail.TestKit;

/// <summary>Whose session was recorded, what keys its cloud had, and what came of it: the journal's entry ids, and stock by product in thousandths.</summary>
public sealed record RecordedShop(
    int DeviceId, string DeviceCode, string DeviceToken, Guid Stream, int Store, string Currency, string TimeZone, int DayCutOffMinutes, JsonElement SessionKeys,
    IReadOnlyList<Guid> Entries, IReadOnlyDictionary<string, long> Stock, string ContractHash);
