using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// One earlier fork of a device: the stream that was opened, for the lineage, boot and hardware that presented itself.
/// <paramref name="WasUsed"/>: a batch came under it, so its Welcome was not lost.
/// </summary>
public sealed record StreamOpening(StreamId Stream, StreamId? Presented, long BootId, string Fingerprint, bool WasUsed);
