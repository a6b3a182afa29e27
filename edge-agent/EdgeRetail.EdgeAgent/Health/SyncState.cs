namespace EdgeRetail.EdgeAgent.Health;

/// <summary>How the session to the cloud stands.</summary>
public enum SyncState
{
    Stopped,
    Connecting,
    Connected,
    Offline,
    Held,
}
