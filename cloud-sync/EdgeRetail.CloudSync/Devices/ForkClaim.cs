namespace EdgeRetail.CloudSync.Devices;

/// <summary>The device itself says that ledger and stream have parted, and why.</summary>
public sealed record ForkClaim(string Code, string Message);
