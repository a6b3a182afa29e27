namespace EdgeRetail.CloudSync.Devices;

/// <summary>What came of a Hello.</summary>
public abstract record SessionOpening
{
    SessionOpening()
    {
    }

    public sealed record Opened(OpenedSession Session) : SessionOpening;

    public sealed record Refused(HelloDecision Decision) : SessionOpening;
}
