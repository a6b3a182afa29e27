using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Enrolment;

/// <summary>What an enrolment file says: who the device is, where its cloud is, and its secret.</summary>
public sealed record DeviceEnrolment(
    Uri CloudAddress,
    DeviceId Device,
    string DeviceCode,
    string Token,
    StreamId Stream,
    string ReceiptSeries,
    StoreId Store,
    int AssignmentVersion,
    string StoreName,
    Currency Currency,
    string TimeZone,
    int DayCutOffMinutes,
    long SettingsVersion)
{
    /// <summary>The device whose ledger this one may take over: a copy of it that is enrolled anew.</summary>
    public DeviceId? Predecessor { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"device {Device} ({DeviceCode}) of store {Store}";
}
