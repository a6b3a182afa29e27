namespace EdgeRetail.EdgeAgent.Health;

/// <summary>How the session stands: in memory for whoever shows it, contact and last error also on disk.</summary>
public sealed class SyncStatusStore
{
    public SyncStatus Current => throw new NotSupportedException();

    /// <summary>Replaces the status and tells whoever listens.</summary>
    public void Update(SyncStatus status) => throw new NotSupportedException();
}
