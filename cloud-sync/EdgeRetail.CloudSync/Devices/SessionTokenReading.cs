namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a presented session token is.</summary>
public abstract record SessionTokenReading
{
    SessionTokenReading()
    {
    }

    public sealed record Absent : SessionTokenReading;

    /// <summary>Made with a key that this service does not have: as if there were none, and never evidence of a clone.</summary>
    public sealed record UnknownKey : SessionTokenReading;

    /// <summary>Not made by this service for this device and stream.</summary>
    public sealed record Forged : SessionTokenReading;

    public sealed record Authentic(long SessionNumber) : SessionTokenReading;
}
