using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// What every entry says about where, when and by whom. The store is where it happened, whatever the device is assigned to
/// when it is sent. <see cref="ClaimedId"/> is null where the id is derived, as all devices do.
/// </summary>
public sealed record EntryHeader(
    StoreId Store,
    int AssignmentVersion,
    DeviceId Device,
    string Actor,
    HybridTimestamp Hlc,
    DateTimeOffset WallTime,
    ulong BootId,
    long MonotonicMilliseconds,
    ClockQuality ClockQuality,
    DateOnly BusinessDate,
    string TimeZoneVersion,
    EntryId? ClaimedId = null,
    int SchemaVersion = ProtocolLimits.EntrySchemaVersion);
