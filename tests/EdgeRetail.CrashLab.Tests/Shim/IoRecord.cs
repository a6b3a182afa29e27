namespace EdgeRetail.CrashLab.Tests.Shim;

/// <summary>One operation of a recording. <see cref="Number"/> counts those that a fault can be put at.</summary>
sealed record IoRecord(IoOperation Operation, long Number, string Path, long Offset, ReadOnlyMemory<byte> Data);
