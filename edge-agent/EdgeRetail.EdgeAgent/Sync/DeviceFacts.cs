namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>What Hello says about the machine and its software, beside what the ledger knows.</summary>
public sealed record DeviceFacts(string SoftwareVersion, string HardwareFingerprint);
