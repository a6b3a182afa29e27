namespace EdgeRetail.CloudSync.Merge;

/// <summary>A wall clock as it stood, right or wrong, and the boot in which it was read.</summary>
public readonly record struct WallReading(ulong BootId, long TimeMs);
