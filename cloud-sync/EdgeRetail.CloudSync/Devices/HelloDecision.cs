namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a Hello is answered.</summary>
public abstract record HelloDecision
{
    HelloDecision()
    {
    }

    /// <summary>The session begins under this number, fencing the older ones, on the stream that the device presented.</summary>
    public sealed record Resume(long SessionNumber) : HelloDecision;

    /// <summary>No protocol version that both sides speak.</summary>
    public sealed record ProtocolUnsupported : HelloDecision;

    public sealed record Revoked : HelloDecision;

    public sealed record Held : HelloDecision;

    /// <summary>The device and this stream have parted: it has to re-stamp what it retains under a new one.</summary>
    public sealed record NewStreamRequired(string Reason) : HelloDecision;

    /// <summary>The device's cursor is not of this database's history of the feed.</summary>
    public sealed record SnapshotRequired(string Feed) : HelloDecision;
}
