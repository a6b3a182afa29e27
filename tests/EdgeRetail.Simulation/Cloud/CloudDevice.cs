using System.Collections.Immutable;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>A device's row, with its assignments.</summary>
sealed record CloudDevice(
    DeviceId Device,
    string Code,
    string State,
    StoreId Store,
    int AssignmentVersion,
    ImmutableDictionary<int, StoreId> Assignments,
    long SessionNumber,
    long LastUsedSession,
    StreamId Stream,
    int ReceiptSeries,
    HybridTimestamp LastEffectiveTime,
    long ReleasedAtMs,
    DeviceId? Predecessor);
