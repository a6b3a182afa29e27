using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The device's clocks at one instant: the wall clock as it stands, what the device makes of it
/// (<see cref="PhysicalMilliseconds"/>: the same, unless it is not to be believed), and the time since boot.
/// </summary>
public sealed record ClockReading(DateTimeOffset WallTime, long PhysicalMilliseconds, ulong BootId, long MonotonicMilliseconds, ClockQuality Quality);
