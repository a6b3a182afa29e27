namespace EdgeRetail.Contracts.Certificates;

/// <summary>What the cloud says to a close. Numbers as on the wire.</summary>
public enum DayCloseVerdict
{
    Unspecified = 0,

    /// <summary>Nothing is missing, and that is signed.</summary>
    Certified = 1,

    /// <summary>Something is missing or differs.</summary>
    Gaps = 2,

    /// <summary>Nothing is missing; there was no key to sign that with.</summary>
    WaitsForKey = 3,
}
