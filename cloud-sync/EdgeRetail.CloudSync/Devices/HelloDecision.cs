namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a Hello is answered.</summary>
public abstract record HelloDecision
{
    HelloDecision()
    {
    }

    /// <summary>The session begins under this number, fencing the older ones, on the stream that the device presented.</summary>
    public sealed record Resume(long SessionNumber) : HelloDecision;

    /// <summary>
    /// The device and the stream it presented have parted: the session begins on a new one, under which the device re-stamps
    /// what it retains. <paramref name="Hole"/>: what of the old one nobody has any more.
    /// </summary>
    public sealed record NewStream(long SessionNumber, string Code, string Reason, SequenceRange? Hole) : HelloDecision;

    /// <summary>Two ledgers seem to share the device's identity: both are held until a person enrols one of them anew.</summary>
    public sealed record Hold(string Reason) : HelloDecision;

    /// <summary>No protocol version that both sides speak.</summary>
    public sealed record ProtocolUnsupported : HelloDecision;

    public sealed record Revoked : HelloDecision;

    /// <summary>The device was held before.</summary>
    public sealed record Held(string? Reason) : HelloDecision;
}
