using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>Why a session ends.</summary>
public abstract record SessionEnd
{
    SessionEnd()
    {
    }

    /// <summary>The device closed its side or went away.</summary>
    public sealed record DeviceLeft : SessionEnd;

    /// <summary>The device was refused in a way that only a new Hello, or a person, mends.</summary>
    public sealed record Refused(Refusal Refusal) : SessionEnd;

    /// <summary>This replica stops.</summary>
    public sealed record ReplicaStops(TimeSpan ReturnAfter) : SessionEnd;
}
