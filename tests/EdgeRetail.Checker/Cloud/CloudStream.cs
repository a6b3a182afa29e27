using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>A row of <c>stream</c>, or of <c>store_stream</c>: then its device is the store below 0. A fork was opened for a ledger that had been set back, copied or had gone another way.</summary>
sealed record CloudStream(Guid Id, int DeviceId, long AppliedThrough, Digest? AppliedChain, bool IsOpen, bool IsFork, long DurableThrough);
