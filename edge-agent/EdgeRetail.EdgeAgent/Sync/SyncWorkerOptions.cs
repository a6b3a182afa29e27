namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>What the sync needs to know beside the agent. <paramref name="Cloud"/> null: the address of the enrolment.</summary>
public sealed record SyncWorkerOptions(DeviceFacts Device, string DataDirectory, string? Cloud = null);
