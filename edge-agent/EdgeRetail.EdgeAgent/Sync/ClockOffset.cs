namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>The cloud's clock minus the wall time of one boot, and how far off that may be: measured at a session, agreed once.</summary>
public sealed record ClockOffset(ulong BootId, long OffsetMilliseconds, long ErrorMilliseconds);
