using EdgeRetail.CloudSync.Devices;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>What one replica serves: its ports on loopback (0 takes a free one), its name, its database and the session keys.</summary>
sealed record ServeSettings(int GrpcPort, int HttpPort, string Replica, string ConnectionString, SessionKeyset SessionKeys);
