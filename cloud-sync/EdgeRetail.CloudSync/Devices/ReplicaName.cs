namespace EdgeRetail.CloudSync.Devices;

/// <summary>What this replica is called in device status and logs.</summary>
public sealed record ReplicaName(string Value);
