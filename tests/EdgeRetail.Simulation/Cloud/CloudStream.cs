using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>A stream's row; what presented itself when it was opened, where a fork opened it.</summary>
sealed record CloudStream(
    StreamId Stream, DeviceId Device, long AppliedThrough, ChainHash AppliedChain, long DurableThrough, long OpenedAtMs, long Order, StreamId? Presented, long BootId, string Fingerprint);
