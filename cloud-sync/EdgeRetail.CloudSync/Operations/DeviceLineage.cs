namespace EdgeRetail.CloudSync.Operations;

/// <summary>Why the device's present stream was opened and when, and what of the one before nobody has any more.</summary>
public sealed record DeviceLineage(string OpenedBecause, string? Reason, DateTimeOffset OpenedAt, long? HoleFirst, long? HoleLast);
