using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>Who this device is, and the settings of the store it stands in.</summary>
public sealed record DeviceIdentity(
    DeviceId Device,
    string DeviceCode,
    StoreId Store,
    int AssignmentVersion,
    string StoreName,
    Currency Currency,
    string TimeZone,
    int DayCutOffMinutes,
    long SettingsVersion,
    string CloudAddress,
    string ReceiptSeries);
