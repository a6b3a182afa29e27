using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Durability;

namespace EdgeRetail.CloudSync.Hosting;

/// <summary>What a replica needs to serve devices.</summary>
public sealed record CloudSyncCoreOptions(string ConnectionString, SessionKeyset SessionKeys, string Replica)
{
    /// <summary>More merges at once than cores only wait for each other.</summary>
    public int ConcurrentMerges { get; init; } = Environment.ProcessorCount;

    /// <summary>The keys that certificates are signed with; without them closed days are compared and not certified.</summary>
    public string? CertificateKeyFile { get; init; }

    public DurabilityOptions Durability { get; init; } = new();

    public HelloAdmissionOptions Hellos { get; init; } = new();
}
