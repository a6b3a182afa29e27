using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>A row of <c>stream</c>.</summary>
sealed record CloudStream(Guid Id, int DeviceId, long AppliedThrough, Digest? AppliedChain, bool IsOpen);
