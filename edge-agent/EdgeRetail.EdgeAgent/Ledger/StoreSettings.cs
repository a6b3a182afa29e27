using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>The settings of the store, as the cloud last gave them.</summary>
public sealed record StoreSettings(
    long Version,
    StoreId Store,
    int AssignmentVersion,
    string StoreName,
    Currency Currency,
    string TimeZone,
    int DayCutOffMinutes,
    string DeviceCode);
