namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>
/// What the database says of a stream. <paramref name="IsFork"/>: it was opened for a ledger that had been set back or copied,
/// which may have printed receipts again before it was heard of.
/// </summary>
sealed record KnownStream(Guid StreamId, int DeviceId, string DeviceCode, long AppliedThrough, byte[] AppliedChain, bool IsFork);
