using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Durability;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>What one replica serves: its ports on loopback (0 takes a free one), its name, its database and the session keys.</summary>
sealed record ServeSettings(int GrpcPort, int HttpPort, string Replica, string ConnectionString, SessionKeyset SessionKeys, DurabilityOptions? Durability = null)
{
    /// <summary>Where the certificate keys are, or will be.</summary>
    public string? CertificateKeyFile { get; init; }
}
