using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Certificates;

/// <summary>
/// What a certificate says: nothing is missing of what the close counts. The entries were received by versions of the store above
/// <paramref name="AfterVersion"/> and below <paramref name="CloseVersion"/>, <paramref name="Quarantined"/> of them stood in
/// quarantine, and <paramref name="DatesDiffer"/> bear another business date than by the cloud's reckoning.
/// </summary>
public sealed record CertifiedDay(
    StoreId Store, string StoreName, DeviceId Device, string DeviceCode, EntryId Close, Hash256 CloseHash, DateOnly Date, EntryId? Previous, DayFigures Figures,
    string TimeZone, int DayCutOffMinutes, long AfterVersion, long CloseVersion, long Quarantined, long DatesDiffer, DateTimeOffset IssuedAt, string KeyId);
