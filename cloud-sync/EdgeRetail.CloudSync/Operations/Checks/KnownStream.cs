namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>A stream as its row has it.</summary>
sealed record KnownStream(Guid StreamId, int DeviceId, string DeviceCode, long AppliedThrough, byte[] AppliedChain);
